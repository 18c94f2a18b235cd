import type ts from "typescript";

/**
 * Finds `any` in what a module exports: a type that the compiler cannot read becomes `any` without a word, and then nothing
 * a user writes with it is checked.
 *
 * @param compiler  the TypeScript that made the program
 * @param own       whether a file is ours; types declared elsewhere are not entered
 * @returns         paths such as `svd().u.data`
 */
export function anyIn(compiler: typeof ts, program: ts.Program, file: string, own: (file: string) => boolean): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) return [`${file} is not a module`];
  const found: string[] = [];
  const seen = new Set<ts.Type>();

  const enter = (type: ts.Type, path: string): void => {
    if (type.flags & compiler.TypeFlags.Any) found.push(path);
    if (seen.has(type)) return;
    seen.add(type);
    if (type.isUnionOrIntersection()) for (const part of type.types) enter(part, path);
    const { aliasTypeArguments } = type;
    for (const argument of [...(aliasTypeArguments ?? []), ...argumentsOf(type)]) enter(argument, `${path}<>`);
    const declarations = type.symbol?.declarations ?? [];
    if (!declarations.some((declaration) => own(declaration.getSourceFile().fileName))) return;
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      for (const parameter of signature.parameters) enter(typeOf(parameter), `${path}(${parameter.name})`);
      enter(signature.getReturnType(), `${path}()`);
    }
    for (const property of type.getProperties().filter(isVisible)) enter(typeOf(property), `${path}.${property.name}`);
    for (const { type: value } of checker.getIndexInfosOfType(type)) enter(value, `${path}[]`);
  };
  // a private member is declared without its type
  const isVisible = ({ name, declarations = [] }: ts.Symbol): boolean =>
    !name.includes("#") && !declarations.some((d) => compiler.getCombinedModifierFlags(d) & compiler.ModifierFlags.Private);
  const typeOf = (symbol: ts.Symbol): ts.Type => checker.getTypeOfSymbolAtLocation(symbol, source as ts.SourceFile);
  const argumentsOf = (type: ts.Type): readonly ts.Type[] => {
    const { objectFlags } = type as ts.ObjectType;
    const isReference = type.flags & compiler.TypeFlags.Object && objectFlags & compiler.ObjectFlags.Reference;
    return isReference ? checker.getTypeArguments(type as ts.TypeReference) : [];
  };

  for (const exported of checker.getExportsOfModule(module)) {
    const isAlias = exported.flags & compiler.SymbolFlags.Alias;
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
    if (symbol.flags & compiler.SymbolFlags.Value) enter(typeOf(symbol), exported.name);
    if (symbol.flags & compiler.SymbolFlags.Type) enter(checker.getDeclaredTypeOfSymbol(symbol), exported.name);
  }
  return found;
}
