/** The part of the output of `deno doc --json` that the check of the docs reads. */

/** A tag of a doc, such as `@param`. */
export interface DocTag {
  readonly kind: string;
  readonly name?: string;
  readonly doc?: string;
}

/** What can have a doc. */
export interface Documented {
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly DocTag[] };
  readonly location: { readonly filename: string; readonly line: number };
}

/** A type in the source. */
export interface TypeDef {
  readonly repr?: string;
  readonly kind: string;
  readonly value?: {
    readonly asserts?: boolean;
    readonly properties?: readonly Member[];
    readonly typeName?: string;
    readonly typeParams?: readonly TypeDef[];
  };
}

/** A parameter; a default value is `left`, a rest parameter `arg`. */
export interface Param {
  readonly kind: string;
  readonly name?: string;
  readonly left?: Param;
  readonly arg?: Param;
}

/** What can be called. */
export interface Signature {
  readonly params?: readonly Param[];
  readonly returnType?: TypeDef;
  readonly typeParams?: readonly { readonly name: string }[];
  readonly hasBody?: boolean;
}

/** A member of a class, an interface or an object. */
export interface Member extends Documented, Signature {
  readonly name: string;
  readonly kind?: string;
  readonly accessibility?: string;
  readonly functionDef?: Signature;
}

/** What a declaration is made of. */
export interface Definition extends Signature {
  readonly tsType?: TypeDef;
  readonly constructors?: readonly Member[];
  readonly properties?: readonly Member[];
  readonly methods?: readonly Member[];
}

/** One declaration of a symbol. */
export interface Declaration extends Documented {
  readonly kind: string;
  readonly declarationKind: string;
  readonly def?: Definition;
}

/** A module of the output of `deno doc --json`. */
export interface DocModule {
  readonly "module_doc"?: Documented["jsDoc"];
  readonly symbols?: readonly {
    readonly name: string;
    readonly declarations: readonly Declaration[];
  }[];
}
