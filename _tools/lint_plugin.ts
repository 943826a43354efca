/**
 * Lint rules of this project, beyond those of Deno: its style guide
 * (https://docs.deno.com/runtime/contributing/style_guide/) as denoland/std
 * enforces it, and that only transports open sockets.
 *
 * @module
 */

const PASCAL_CASE_REGEXP = /^[A-Z][A-Za-z0-9]*$/;
const CAMEL_CASE_REGEXP = /^[a-z][A-Za-z0-9]*$/;
const CONTRACTION_REGEXP = /\w'\w/;
const SOURCE_REGEXP = /(?<![\\/]tests)[\\/](errors|sockets)[\\/]/;
const TRANSPORT_REGEXP = /[\\/]sockets[\\/]_transport[\\/]/;
const TEST_REGEXP = /[\\/]tests[\\/]|_test\.ts$/;

/** What opens sockets in Deno. */
const SOCKET_CALLS = new Set([
  "connect",
  "connectTls",
  "listen",
  "listenDatagram",
  "listenTls",
  "startTls",
]);
/** A third parameter with such a name is not one more thing to remember. */
const LAST_PARAMETERS = new Set(["init", "options"]);
const MAX_PARAMETERS = 3;

const privateField: Deno.lint.Rule = {
  create(context) {
    function check(
      node: Deno.lint.MethodDefinition | Deno.lint.PropertyDefinition,
    ): void {
      // There is no `#constructor`.
      const isConstructor = node.type === "MethodDefinition" &&
        node.kind === "constructor";
      if (node.accessibility === undefined || isConstructor) return;
      context.report({
        node,
        message: `Member has the keyword \`${node.accessibility}\``,
        hint: "Use `#name` for what is private, and no keyword for the rest.",
      });
    }
    return { MethodDefinition: check, PropertyDefinition: check };
  },
};

const topLevelFunction: Deno.lint.Rule = {
  create(context) {
    return {
      "Program > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression, Program > ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression"(
        node: Deno.lint.ArrowFunctionExpression,
      ): void {
        context.report({
          node,
          message: "Top-level function has arrow syntax",
          hint: "Use a function declaration.",
        });
      },
    };
  },
};

const naming: Deno.lint.Rule = {
  create(context) {
    function check(node: Deno.lint.Node | null, style: RegExp): void {
      if (node?.type !== "Identifier" || style.test(node.name)) return;
      const name = style === PASCAL_CASE_REGEXP ? "PascalCase" : "camelCase";
      context.report({ node, message: `\`${node.name}\` is not ${name}` });
    }
    return {
      ClassDeclaration: (node) => check(node.id, PASCAL_CASE_REGEXP),
      TSInterfaceDeclaration: (node) => check(node.id, PASCAL_CASE_REGEXP),
      TSTypeAliasDeclaration: (node) => check(node.id, PASCAL_CASE_REGEXP),
      FunctionDeclaration: (node) => check(node.id, CAMEL_CASE_REGEXP),
      MethodDefinition(node) {
        if (!node.computed) check(node.key, CAMEL_CASE_REGEXP);
      },
    };
  },
};

const errorMessage: Deno.lint.Rule = {
  create(context) {
    if (TEST_REGEXP.test(context.filename)) return {};
    return {
      NewExpression(node) {
        const { callee, arguments: [message] } = node;
        if (callee.type !== "Identifier" || !callee.name.endsWith("Error")) {
          return;
        }
        const parts = toTextParts(message);
        if (parts === null) return;
        for (const fault of findMessageFaults(parts)) {
          context.report({ node: message ?? node, message: fault });
        }
      },
    };
  },
};

/** The text of a string between its expressions; null for what is no string. */
function toTextParts(node: Deno.lint.Node | undefined): string[] | null {
  if (node?.type === "TemplateLiteral") {
    return node.quasis.map((quasi) => quasi.cooked);
  }
  const isString = node?.type === "Literal" && typeof node.value === "string";
  return isString ? [`${node.value}`] : null;
}

function findMessageFaults(parts: readonly string[]): string[] {
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  const faults: string[] = [];
  if (/^\p{Ll}/u.test(first)) {
    faults.push("Error message starts with a lower-case letter");
  }
  if (last.endsWith(".")) faults.push("Error message ends with a period");
  if (parts.some((part) => CONTRACTION_REGEXP.test(part))) {
    faults.push("Error message has a contraction");
  }
  return faults;
}

const functionParameters: Deno.lint.Rule = {
  create(context) {
    if (/[\\/]_/.test(context.filename)) return {};
    return {
      "ExportNamedDeclaration > FunctionDeclaration"(
        node: Deno.lint.FunctionDeclaration,
      ): void {
        const { params } = node;
        const last = params.at(-1);
        const isOptions = last?.type === "AssignmentPattern" ||
          (last?.type === "Identifier" && LAST_PARAMETERS.has(last.name));
        if (params.length < MAX_PARAMETERS) return;
        if (params.length === MAX_PARAMETERS && isOptions) return;
        context.report({
          node,
          message: "Exported function has too many parameters",
          hint: "Take two at most, and an options object after them.",
        });
      },
    };
  },
};

const transportOnly: Deno.lint.Rule = {
  create(context) {
    const { filename } = context;
    if (!SOURCE_REGEXP.test(filename) || TRANSPORT_REGEXP.test(filename)) {
      return {};
    }
    function check(node: Deno.lint.Node, name: string): void {
      if (!SOCKET_CALLS.has(name)) return;
      context.report({
        node,
        message: `\`Deno.${name}\` outside of \`sockets/_transport/\``,
        hint: "Use a transport.",
      });
    }
    return {
      MemberExpression(node) {
        if (isDeno(node.object)) check(node, toName(node.property));
      },
      VariableDeclarator(node) {
        if (node.id.type !== "ObjectPattern" || !isDeno(node.init)) return;
        for (const property of node.id.properties) {
          if (property.type !== "Property") continue;
          check(property.key, toName(property.key));
        }
      },
    };
  },
};

/** Whether an expression is `Deno` or `globalThis.Deno`. */
function isDeno(node: Deno.lint.Node | null | undefined): boolean {
  return node?.type === "MemberExpression"
    ? toName(node.property) === "Deno"
    : node?.type === "Identifier" && node.name === "Deno";
}

/** The name that a key or a property has in the source. */
function toName(node: Deno.lint.Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? `${node.value}` : "";
}

const plugin: Deno.lint.Plugin = {
  name: "sockets",
  rules: {
    "error-message": errorMessage,
    "function-parameters": functionParameters,
    "naming": naming,
    "private-field": privateField,
    "top-level-function": topLevelFunction,
    "transport-only": transportOnly,
  },
};

// Deno loads a plugin by its default export.
export default plugin;
