/**
 * Which airports delay their departures most, and does it depend on how far the flight goes?
 *
 *   npx sandpipe-host run examples/flight-delays.ts \
 *     --import node_modules/vega-datasets/data/flights-20k.json \
 *     --import node_modules/vega-datasets/data/airports.csv
 *
 * Flights of the US Bureau of Transportation Statistics, first half of 2001, joined with the airports. Any of the
 * flights files with an origin will do: flights-3m.parquet has three million rows and takes a second longer.
 * Params: `{"minFlights": 100, "top": 10}`.
 */
import type { Context } from "@sandpipe/sandbox";

interface Params {
  /** Airports with fewer departures are left out. */
  readonly minFlights?: number;
  /** Rows of the result. */
  readonly top?: number;
}

export default async function flightDelays(ctx: Context): Promise<unknown> {
  const { minFlights = 100, top = 10 } = (ctx.params ?? {}) as Params;

  ctx.progress(0.1, "Looking for the files");
  const flights = await materialize(ctx, /^flights-\d+[km]\.(json|parquet)$/);
  const airports = await materialize(ctx, /^airports\.csv$/);

  ctx.progress(0.4, "Reading the flights");
  // A file's name is data: it goes in as a parameter, never into the text of a query.
  const reader = flights.endsWith(".parquet") ? "read_parquet" : "read_json_auto";
  await ctx.duckdb.query(
    `CREATE TABLE flights AS
     SELECT origin, destination, delay::INTEGER AS delay, distance::INTEGER AS distance,
            CASE WHEN distance < 500 THEN 'short' WHEN distance < 1500 THEN 'medium' ELSE 'long' END AS band
     FROM ${reader}(?)`,
    [flights],
  );
  const [total] = await ctx.duckdb.query("SELECT count(*) AS flights FROM flights");
  console.log(`${String(total?.["flights"])} flights`);

  ctx.progress(0.7, "Joining them with the airports");
  const rows = await ctx.duckdb.query(
    `SELECT f.origin AS airport, a.city, a.state,
            count(*) AS flights,
            round(avg(f.delay), 2) AS mean_delay,
            round(avg(f.delay) FILTER (f.band = 'short'), 2) AS short_haul,
            round(avg(f.delay) FILTER (f.band = 'medium'), 2) AS medium_haul,
            round(avg(f.delay) FILTER (f.band = 'long'), 2) AS long_haul,
            round(100 * avg((f.delay > 15)::INTEGER), 1) AS late_percent
     FROM flights f
     JOIN read_csv(?, header = true, all_varchar = true) a ON a.iata = f.origin
     GROUP BY ALL
     HAVING count(*) >= ?
     ORDER BY mean_delay DESC, airport
     LIMIT ?`,
    [airports, minFlights, top],
  );

  const worst = rows[0];
  if (worst)
    console.log(`Worst: ${String(worst["airport"])}, ${String(worst["mean_delay"])} minutes on average`);
  ctx.progress(1, "Done");
  return rows;
}

async function materialize(ctx: Context, name: RegExp): Promise<string> {
  const files = await ctx.files.list();
  const file = files.find((one) => name.test(one.name));
  if (file) return ctx.files.materialize(file.id);
  const there = files.map((one) => one.name).join(", ") || "none";
  throw new Error(`No file is called ${String(name)} (there: ${there}): import it with --import`);
}
