import type { SessionFacts } from "../session/open-answer.js";
import type { Observer } from "../session/observer.js";
import type { Session } from "../session/session.js";
import type { Address } from "./bind.js";
import { createDoor } from "./door.js";
import type { Door } from "./door.js";
import { serveHttp } from "./http-server.js";
import { createToken, hashToken, isTokenOf } from "./token.js";

/** HTTP for one run: a server of its own, so that no script can use up another's connections. */
export interface Entrance {
  readonly url: string;
  readonly token: string;
  /** Lets requests in to the run's session, once it is there and until it ends. */
  /** `mayList`: whether a request without a token may list files now, as in version 0. */
  admit(facts: SessionFacts, session: Session, observer: Observer, mayList?: () => boolean): void;
  close(): Promise<void>;
}

/** Opens the entrance of a run, before its process is spawned: the process must learn where it is. */
export async function openEntrance(address: Address): Promise<Entrance> {
  const token = createToken();
  const hash = hashToken(token);
  let door: Door | undefined;
  let mayListNow = (): boolean => false;
  const server = await serveHttp({
    address,
    // Every token is compared, whether the session is there or not.
    list: () => (door?.session.ended === false && mayListNow() ? door : undefined),
    find: (offered) => (isTokenOf(offered, hash) && door?.session.ended === false ? door : undefined),
  });
  return {
    url: server.url,
    token,
    admit(facts, session, observer, mayList) {
      // `http:open:same-session`
      door = createDoor({ facts, session, observer });
      if (mayList) mayListNow = mayList;
    },
    close: () => server.close(),
  };
}
