import { expect, test } from "vitest";
import { readHttpUrl } from "./http-url.js";

test.each([
  ["http://127.0.0.1:8000", { host: "127.0.0.1", port: 8000 }, "127.0.0.1:8000", ""],
  ["http://127.0.0.1:8000/", { host: "127.0.0.1", port: 8000 }, "127.0.0.1:8000", ""],
  ["http://localhost", { host: "localhost", port: 80 }, "localhost", ""],
  ["http://[::1]:8000", { host: "::1", port: 8000 }, "[::1]:8000", ""],
  ["http://127.0.0.1:8000/base/", { host: "127.0.0.1", port: 8000 }, "127.0.0.1:8000", "/base"],
  ["unix:/run/a b.sock", { path: "/run/a b.sock" }, "localhost", ""],
])("%s is where the host serves", (text, connect, host, prefix) => {
  expect(readHttpUrl(text)).toEqual({ connect, host, prefix });
});

test.each([
  "",
  "127.0.0.1:8000",
  "https://127.0.0.1:1",
  "unix:relative.sock",
  "unix:",
  "http://u:p@127.0.0.1:1",
  "http://127.0.0.1:1?token=x",
  "ftp://127.0.0.1",
])("%j is no URL of a host", (text) => expect(readHttpUrl(text)).toBeUndefined());
