import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataPath, groupBy, mean, readCsv, readJson } from "./raw-data.js";
import { run } from "./run-script.js";

type Row = Record<string, unknown>;

/** A number that was rounded to so many digits. */
function expectRounded(actual: unknown, exact: number, digits: number): void {
  expect(Math.abs(Number(actual) - exact)).toBeLessThanOrEqual(0.5 * 10 ** -digits + 1e-9);
}

describe.each(["bun", "node"])("under %s", (runtime) => {
  it("flight-delays ranks the airports as the raw data does", async () => {
    const { outcome, result, output } = await run(
      "flight-delays.ts",
      ...[
        "--runtime",
        runtime,
        "--import",
        dataPath("flights-20k.json"),
        "--import",
        dataPath("airports.csv"),
      ],
      ...["--params", '{"minFlights":150,"top":7}'],
    );
    expect(outcome).toBe("ok");
    const flights = readJson("flights-20k.json") as { origin: string; delay: number; distance: number }[];
    const cities = new Map(readCsv("airports.csv").map((airport) => [airport["iata"], airport]));
    const ranked = [...groupBy(flights, (flight) => flight.origin)]
      .filter(([origin, own]) => own.length >= 150 && cities.has(origin))
      .map(([origin, own]) => ({ origin, own, delay: mean(own.map((flight) => flight.delay)) }))
      .sort((a, b) => b.delay - a.delay)
      .slice(0, 7);
    const rows = result as Row[];
    expect(rows.map((row) => row["airport"])).toEqual(ranked.map(({ origin }) => origin));
    for (const [n, { origin, own, delay }] of ranked.entries()) {
      const row = rows[n] as Row;
      expect(row).toMatchObject({ flights: own.length, city: cities.get(origin)?.["city"] });
      expectRounded(row["mean_delay"], delay, 2);
      expectRounded(row["late_percent"], (100 * own.filter((one) => one.delay > 15).length) / own.length, 1);
      for (const [column, from, to] of [
        ["short_haul", 0, 500],
        ["medium_haul", 500, 1500],
        ["long_haul", 1500, Infinity],
      ] as const) {
        const band = own.filter((one) => one.distance >= from && one.distance < to);
        if (band.length === 0) expect(row[column]).toBeNull();
        else expectRounded(row[column], mean(band.map((one) => one.delay)), 2);
      }
    }
    expect(output).toContain(`${flights.length} flights\n`);
    expect(output).toContain(`Worst: ${ranked[0]?.origin},`);
  });

  it.each(["auto", "none"])(
    "reads a DuckDB file and what is not yet written into it, isolation %s",
    async (isolation) => {
      const folder = mkdtempSync(join(tmpdir(), "duckdb-"));
      const file = join(folder, "movies.duckdb");
      const database = await DuckDBInstance.create(file);
      const connection = await database.connect();
      await connection.run(`create table movies as select * from read_json('${dataPath("movies.json")}')`);
      await connection.run("checkpoint");
      await connection.run("PRAGMA disable_checkpoint_on_shutdown");
      await connection.run("create table late as select 'in the log' note");
      connection.closeSync();
      database.closeSync();
      expect(readdirSync(folder).sort()).toEqual(["movies.duckdb", "movies.duckdb.wal"]);

      const script = join(folder, "analysis.ts");
      writeFileSync(
        script,
        `export default async (ctx: any) => {
         const db = ctx.datasource("db");
         await ctx.duckdb.registerRows("movies", db.stream('select "Major Genre" genre, "US Gross" gross from movies'));
         return [await db.query("select note from late"), await ctx.duckdb.query("select count(*) n, max(gross) gross from movies")];
       }`,
      );
      const options = ["--runtime", runtime, "--isolation", isolation, "--datasource", `db=${file}`];
      const { result } = await run(script, ...options);
      const movies = readJson("movies.json") as Row[];
      const gross = Math.max(...movies.map((movie) => Number(movie["US Gross"] ?? 0)));
      expect(result).toEqual([[{ note: "in the log" }], [{ n: movies.length, gross }]]);
      rmSync(folder, { recursive: true });
    },
  );

  it("weather-spells finds the months and the longest dry spells of the raw data", async () => {
    const { outcome, result, emits } = await run(
      "weather-spells.ts",
      ...["--runtime", runtime, "--import", dataPath("weather.csv")],
    );
    expect(outcome).toBe("ok");
    const { spells, months } = result as { spells: Row[]; months: Row[] };
    const days = readCsv("weather.csv").map((day) => ({
      location: day["location"] as string,
      date: (day["date"] as string).slice(0, 10),
      rain: Number(day["precipitation"]),
      high: Number(day["temp_max"]),
    }));
    const locations = [...groupBy(days, (day) => day.location)].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(spells).toEqual(
      locations.map(([location, own]) => {
        let best = { since: "", days: 0 };
        let current = { since: "", days: 0, next: 0 };
        for (const { date, rain } of own.toSorted((a, b) => (a.date < b.date ? -1 : 1))) {
          if (rain > 0) continue;
          const at = Date.parse(date);
          current =
            at === current.next
              ? { ...current, days: current.days + 1, next: at + 86_400_000 }
              : { since: date, days: 1, next: at + 86_400_000 };
          if (current.days > best.days) best = { since: current.since, days: current.days };
        }
        return { location, ...best };
      }),
    );
    expect(months).toHaveLength(24);
    for (const month of months) {
      const own = days.filter(
        (day) => day.location === month["location"] && Number(day.date.slice(5, 7)) === month["month"],
      );
      const years = new Set(own.map((day) => day.date.slice(0, 4))).size;
      const rain = own.reduce((sum, day) => sum + day.rain, 0);
      expectRounded(month["mean_high"], mean(own.map((day) => day.high)), 1);
      expectRounded(month["rain_mm"], rain / years, 1);
      expectRounded(
        month["wet_days_percent"],
        (100 * own.filter((day) => day.rain > 0).length) / own.length,
        1,
      );
    }
    expect(emits.map((emit) => [emit.name, emit.data["application/json"]])).toEqual([["dry-spells", spells]]);
  });
});

describe("movie-payback", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-examples-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("sums up the genres of the raw data, and the next script finds what it stored", async () => {
    const store = ["--store", join(folder, "store.db")];
    const report = await run("movie-payback.ts", ...store, "--import", dataPath("movies.json"));
    expect(report.outcome).toBe("ok");
    const movies = readJson("movies.json");
    const known = movies.filter(
      (movie) => Number(movie["Production Budget"]) > 0 && movie["Worldwide Gross"] !== null,
    );
    const genres = groupBy(known, (movie) => String(movie["Major Genre"] ?? "unknown"));
    const rows = report.result as Row[];
    expect(new Set(rows.map((row) => row["genre"]))).toEqual(new Set(genres.keys()));
    for (const row of rows) {
      const own = genres.get(row["genre"] as string) ?? [];
      const sum = (column: string): number => own.reduce((total, movie) => total + Number(movie[column]), 0);
      const lost = own.filter(
        (movie) => Number(movie["Worldwide Gross"]) < Number(movie["Production Budget"]),
      );
      expect(row["movies"]).toBe(own.length);
      expectRounded(row["payback"], sum("Worldwide Gross") / sum("Production Budget"), 2);
      expectRounded(row["lost_money_percent"], (100 * lost.length) / own.length, 1);
      const ratio = (movie: Row): number =>
        Number(movie["Worldwide Gross"]) / Number(movie["Production Budget"]);
      const best = own.toSorted((a, b) => ratio(b) - ratio(a))[0];
      expect(row["best"]).toBe(String(best?.["Title"]));
    }
    expect(rows.map((row) => Number(row["payback"]))).toEqual(
      rows.map((row) => Number(row["payback"])).toSorted((a, b) => b - a),
    );

    const next = join(folder, "next.ts");
    writeFileSync(
      next,
      `export default async (ctx) => {
         const file = (await ctx.files.list()).find((one) => one.name === "movies.parquet");
         const path = await ctx.files.materialize(file.id);
         return ctx.duckdb.query("SELECT count(*) AS n, sum(gross)::DOUBLE AS gross FROM read_parquet(?)", [path]);
       };`,
    );
    const gross = movies.reduce((total, movie) => total + Number(movie["Worldwide Gross"] ?? 0), 0);
    expect((await run(next, ...store)).result).toEqual([{ n: movies.length, gross }]);
  });

  it("fails with a line that says what to do when its file isn't there", async () => {
    await expect(run("movie-payback.ts")).rejects.toThrow(
      /movies\.json isn't there: import it with --import/,
    );
  });

  it("leaves no scratch folder behind", async () => {
    const marker = join(folder, "marker.ts");
    writeFileSync(marker, "export default (ctx) => ctx.scratch;");
    const { result } = await run(marker);
    expect(readdirSync(tmpdir())).not.toContain(String(result).split("/").at(-1));
  });
});

describe("over HTTP", () => {
  it.each([
    ["flight-delays.ts", ["flights-20k.json", "airports.csv"]],
    ["weather-spells.ts", ["weather.csv"]],
    ["movie-payback.ts", ["movies.json"]],
  ])("%s gives the same result and prints as over stdio", async (script, files) => {
    const imports = files.flatMap((name) => ["--import", dataPath(name)]);
    const [stdio, tcp, unix] = await Promise.all([
      run(script, ...imports),
      run(script, ...imports, "--transport", "http", "--isolation", "none"),
      run(script, ...imports, "--transport", "http", "--http", "unix"),
    ]);
    expect(tcp).toMatchObject({ outcome: "ok", transport: "http" });
    expect(unix).toMatchObject({ outcome: "ok", transport: "http" });
    for (const over of [tcp, unix]) {
      expect(withoutIds(over.result)).toEqual(withoutIds(stdio.result));
      expect(over.output).toBe(stdio.output);
    }
  });
});

/** A stored file's id is a new one for each run. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, member: unknown) => (name === "id" ? undefined : member)));
}
