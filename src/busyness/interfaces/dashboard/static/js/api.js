// Every call to the service: one session, one way to fail, one way to say so.

import { say } from "./words.js";

const PATIENCE = 20000;
const WORLDLESS = /^\/(logout|v1\/(me|worlds|jobs|users|keys|audit|privacy|my))(\/|$)/;
const asked = { csrf: "", world: "" };

/** What went wrong, as a sentence and what to do. */
export class Failure extends Error {
  /** @param {{status: number, title?: string, detail?: string, hint?: string, field?: string}} problem */
  constructor(problem) {
    super(problem.detail || problem.title || say("failed"));
    this.status = problem.status;
    this.hint = problem.hint ?? "";
    this.field = problem.field ?? "";
    this.request = problem.request_id ?? "";
  }
}

/** Remember the token that writes need. */
export function withToken(csrf) {
  asked.csrf = csrf ?? "";
}

/** Ask about this world from now on. */
export function inWorld(world) {
  asked.world = world ?? "";
}

/** The address of a resource; lists become repeated parameters, empty ones are left out. */
export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ world: WORLDLESS.test(path) ? "" : asked.world, ...parameters })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") query.append(name, one);
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The address of the same table as a file. */
export const csvOf = (path, parameters = {}) => address(path, { ...parameters, format: "csv" });

/** Read. */
export const get = (path, parameters = {}) => call("GET", address(path, parameters));

/** Read all pages of a table, up to `most` rows. */
export async function pages(path, parameters = {}, most = 10000) {
  const found = [];
  for (let cursor = null; ;) {
    const page = await get(path, { ...parameters, limit: 1000, cursor });
    found.push(...page.items);
    cursor = page.next;
    if (!cursor || found.length >= most) return found;
  }
}

/** Change something: `method` is POST, PUT or DELETE. */
export function send(method, path, body, parameters = {}) {
  return call(method, address(path, parameters), body);
}

/** Follow a job until it ends; `told` hears of its progress. */
export async function followed(job, told = () => {}) {
  for (let pause = 300; ; pause = Math.min(pause * 1.5, 3000)) {
    const now = await call("GET", address(`/v1/jobs/${encodeURIComponent(job.job)}`));
    told(now);
    if (now.state === "done") return now.result;
    if (now.state === "failed" || now.state === "cancelled") {
      throw new Failure({ status: 500, detail: now.error ?? say(`job.${now.state}`), hint: now.hint });
    }
    await new Promise((done) => setTimeout(done, pause));
  }
}

async function call(method, url, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = asked.csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, {
      method, headers, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "TimeoutError") throw new Failure({ status: 0, detail: say("failed.slow"), hint: say("failed.slow.hint") });
    throw new Failure({ status: 0, detail: say("failed.offline"), hint: say("failed.offline.hint") });
  }
  if (answer.status === 401) return signIn();
  if (!answer.ok) throw new Failure({ status: answer.status, ...(await problemOf(answer)) });
  if (answer.status === 204) return null;
  return answer.json();
}

async function problemOf(answer) {
  const wait = Number(answer.headers.get("Retry-After"));
  const hint = answer.status === 429 && wait ? say("failed.wait", { count: wait }) : undefined;
  try {
    const { status: _, ...problem } = await answer.json();
    return hint ? { ...problem, hint } : problem;
  } catch {
    return { detail: say("failed.status", { status: answer.status }), hint };
  }
}

function signIn() {
  location.assign("/signin");
  return new Promise(() => {});
}
