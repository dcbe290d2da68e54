/**
 * Which genres earn their budgets back? The answer is stored as a Parquet file beside the other files, so that the
 * next analysis finds it.
 *
 *   npx sandpipe-host run examples/movie-payback.ts --import node_modules/vega-datasets/data/movies.json
 *
 * The data set is as it was collected: titles that are numbers, money that is missing, dates in the future.
 */
import { join } from "node:path";
import type { Context } from "@sandpipe/sandbox";

export default async function moviePayback(ctx: Context): Promise<unknown> {
  const file = (await ctx.files.list()).find((one) => one.name === "movies.json");
  if (!file) throw new Error("movies.json isn't there: import it with --import");
  if (ctx.scratch === undefined) throw new Error("This host gives no scratch folder to write a file in");

  ctx.progress(0.3, "Reading the movies");
  // Types by name: guessed ones would make titles such as 300 numbers, or all titles JSON.
  await ctx.duckdb.query(
    `CREATE TABLE movies AS
     SELECT "Title" AS title, coalesce("Major Genre", 'unknown') AS genre,
            "Production Budget" AS budget, "Worldwide Gross" AS gross
     FROM read_json(?, columns = {"Title": 'VARCHAR', "Major Genre": 'VARCHAR', "Production Budget": 'BIGINT',
                                  "Worldwide Gross": 'BIGINT'})`,
    [await ctx.files.materialize(file.id)],
  );
  const genres = await ctx.duckdb.query(
    `SELECT genre, count(*) AS movies, round(sum(gross) / sum(budget), 2) AS payback,
            round(100 * avg((gross < budget)::INTEGER), 1) AS lost_money_percent,
            arg_max(title, gross::DOUBLE / budget) AS best
     FROM movies WHERE budget > 0 AND gross IS NOT NULL
     GROUP BY genre ORDER BY payback DESC, genre`,
  );
  console.log(`${genres.length} genres; ${String(genres[0]?.["genre"])} pays best`);

  ctx.progress(0.7, "Storing the movies as Parquet");
  const name = "movies.parquet";
  // COPY takes no parameters; the path is the host's own folder and a name of ours, quoted all the same.
  const path = join(ctx.scratch, name).replaceAll("'", "''");
  await ctx.duckdb.query(`COPY movies TO '${path}' (FORMAT parquet)`);
  const stored = await ctx.call("files.adopt", { path: name, mime: "application/vnd.apache.parquet" });
  console.log(`Stored as ${stored.name}, ${stored.size} bytes`);

  ctx.progress(1, "Done");
  return genres;
}
