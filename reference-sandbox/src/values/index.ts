export { bitsForm, bytesForm } from "./bytes.js";
export { rowBuilder, uniqueNames } from "./columns.js";
export { dateForm, instantForm, timeForm, timestampForm, timestamptzForm } from "./date-time.js";
export type { Column, Form, Row } from "./forms.js";
export { intervalForm } from "./interval.js";
export { float32Form, floatForm, integerForm } from "./numbers.js";
