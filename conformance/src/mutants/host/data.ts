import type { Mutant } from "../mutant.js";

/** Faults against the requirements of the area `data`. */
export const dataMutants = [
  {
    name: "page-border-lost",
    breaks: "data:list:pages",
    what: "Each page after the first leaves out its first file.",
  },
  {
    name: "size-in-characters",
    breaks: "data:get:info",
    what: "The size of a file is its number of characters.",
  },
  { name: "range-end-inclusive", breaks: "data:read:ranges", what: "A range holds one byte too many." },
  { name: "eof-always-false", breaks: "data:read:ranges", what: "eof is never true." },
  {
    name: "characters-cut",
    breaks: "data:read:whole-characters",
    what: "A utf8 range is cut inside a character.",
  },
  {
    name: "narrow-range-empty",
    breaks: "data:read:whole-characters",
    what: "A utf8 range narrower than its first character is empty for ever.",
  },
  {
    name: "bad-range-clamped",
    breaks: "data:read:bad-range",
    what: "A negative offset or length is taken for 0.",
  },
  {
    name: "offset-inside-character-moved",
    breaks: "data:read:bad-range",
    what: "A utf8 offset inside a character is moved to its start.",
  },
  {
    name: "unbounded-read",
    breaks: "data:read:fits-frame",
    what: "files.read without length returns the whole file.",
  },
  {
    name: "materialized-as-text",
    breaks: "data:materialize:same-bytes",
    what: "A materialised file is written as text.",
  },
  {
    name: "materialized-own-bytes",
    breaks: "data:materialize:host-unharmed",
    what: "The materialised file is the host's own copy.",
  },
  {
    name: "write-without-conversation",
    breaks: "data:write:stored",
    what: "A written file gets the project's id only.",
  },
  {
    name: "upload-visible",
    breaks: "data:upload:invisible-until-commit",
    what: "An upload is listed from its first part on.",
  },
  { name: "repeat-appended", breaks: "data:upload:offset-repeats", what: "A repeated part is added again." },
  { name: "any-offset-taken", breaks: "data:upload:offset-repeats", what: "A part is taken at any offset." },
  {
    name: "adopt-follows-links",
    breaks: "data:adopt:scratch-only",
    what: "files.adopt follows a symbolic link.",
  },
  {
    name: "adopt-takes-paths",
    breaks: "data:adopt:scratch-only",
    what: "files.adopt takes a path with folders.",
  },
  {
    name: "adopt-takes-hard-links",
    breaks: "data:adopt:scratch-only",
    what: "files.adopt takes a file that has a second link.",
  },
  {
    name: "first-project-returned",
    breaks: "data:project:get",
    what: "projects.get returns the host's first project.",
  },
  {
    name: "messages-reversed",
    breaks: "data:conversation:get",
    what: "The messages of a conversation come newest first.",
  },
  {
    name: "past-end-refused",
    breaks: "data:read:past-end",
    what: "An offset at the end of the file is a bad range.",
  },
  {
    name: "commit-stores-again",
    breaks: "data:upload:commit-repeats",
    what: "A repeated commit stores a second file.",
  },
  {
    name: "checksum-unchecked",
    breaks: "data:upload:checksum",
    what: "sha256 of files.commit is not looked at.",
  },
  {
    name: "adopted-stays-linked",
    breaks: "data:adopt:copied",
    what: "An adopted file is read from the scratch folder whenever it is asked for.",
  },
  {
    name: "absent-conversation-first",
    breaks: "data:conversation:none",
    what: "A session without a conversation gets the project's first one.",
  },
  {
    name: "message-border-lost",
    breaks: "data:conversation:pages",
    what: "Each page of messages after the first leaves out its first one.",
  },
  {
    name: "bytes-replaced",
    breaks: "data:read:not-utf8",
    what: "Bytes that are no UTF-8 become replacement characters.",
  },
  {
    name: "not-utf8-unexplained",
    breaks: "data:read:not-utf8",
    what: "The refusal of bytes that are no UTF-8 doesn't say how they can be read.",
  },
  {
    name: "page-beyond-frame",
    breaks: "data:page:fits-frame",
    what: "A page holds what limit allows, whatever its size.",
  },
  {
    name: "shortened-page-last",
    breaks: "data:page:fits-frame",
    what: "A page that is shortened to fit has no nextCursor.",
  },
  {
    name: "bad-cursor-begins-anew",
    breaks: "data:page:bad-cursor",
    what: "A cursor that isn't the host's own begins anew.",
  },
  {
    name: "isolated-inputs-writable",
    breaks: "data:materialize:read-only",
    what: "The folder of materialised files is mounted writable.",
  },
] as const satisfies readonly Mutant[];
