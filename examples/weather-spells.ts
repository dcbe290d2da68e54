/**
 * Two cities, four years of weather: how warm and wet the months are, and how long it stayed dry.
 *
 *   npx sandpipe-host run examples/weather-spells.ts --import node_modules/vega-datasets/data/weather.csv
 *
 * Daily observations of the US National Oceanic and Atmospheric Administration for Seattle and New York, 2012 to 2015.
 */
import type { Context } from "@sandpipe/sandbox";

export default async function weatherSpells(ctx: Context): Promise<unknown> {
  ctx.progress(0.1, "Looking for weather.csv");
  const file = (await ctx.files.list()).find((one) => one.name === "weather.csv");
  if (!file) throw new Error("weather.csv isn't there: import it with --import");
  await ctx.duckdb.query(
    `CREATE TABLE days AS
     SELECT location, date::DATE AS date, precipitation::DOUBLE AS rain, temp_max::DOUBLE AS high,
            temp_min::DOUBLE AS low
     FROM read_csv(?, header = true, all_varchar = true)`,
    [await ctx.files.materialize(file.id)],
  );

  ctx.progress(0.5, "Looking for dry spells");
  // Days less their rank among the dry days: the same for all days of one spell.
  const spells = await ctx.duckdb.query(
    `SELECT location, min(date) AS since, count(*) AS days
     FROM (SELECT location, date, date - row_number() OVER (PARTITION BY location ORDER BY date)::INTEGER AS spell
           FROM days WHERE rain = 0)
     GROUP BY location, spell
     QUALIFY row_number() OVER (PARTITION BY location ORDER BY days DESC, since) = 1
     ORDER BY location`,
  );
  for (const { location, since, days } of spells) {
    console.log(`${String(location)}: no rain for ${String(days)} days from ${String(since)} on`);
  }

  ctx.progress(0.8, "Summing up the months");
  const months = await ctx.duckdb.query(
    `SELECT location, month(date)::INTEGER AS month,
            round(avg(high), 1) AS mean_high, round(avg(low), 1) AS mean_low,
            round(sum(rain) / count(DISTINCT year(date)), 1) AS rain_mm,
            round(100 * avg((rain > 0)::INTEGER), 1) AS wet_days_percent
     FROM days GROUP BY ALL ORDER BY location, month`,
  );
  ctx.emit("dry-spells", { "application/json": spells });
  ctx.progress(1, "Done");
  return { spells, months };
}
