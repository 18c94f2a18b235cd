/** The key under which Node and notebooks look for the text of an object. */
export const inspectText: unique symbol = Symbol.for("nodejs.util.inspect.custom");
