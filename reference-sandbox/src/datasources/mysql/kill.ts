import mysql, { type ConnectionOptions } from "mysql2";

/**
 * Stops what a connection runs, by KILL QUERY on another one; resolves when the server has done it or can't be reached.
 * The connection that was hit must not be used again: a KILL that comes late would stop its next query.
 */
export function killQuery(options: ConnectionOptions, threadId: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const connection = mysql.createConnection(options);
    const timer = setTimeout(() => done(), timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      connection.destroy();
      resolve();
    };
    connection.on("error", done);
    connection.query(`KILL QUERY ${Math.trunc(threadId)}`, done);
  });
}
