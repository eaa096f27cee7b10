/**
 * Recorded values are descriptions, always truthy objects: the host's `if`, `?:`, `&&`, `!` or `===` on one decides
 * nothing in the model, and does so silently. Needs type information.
 */

/** Interfaces of the modelling language whose instances must not be branched on, and what to write instead. */
const RECORDED = new Map([
  ['Value', 'a recorded value'],
  ['Place', 'a shared place'],
  ['Shared', 'a shared place'],
]);

const CURE = {
  test: 'If(…), While(…) or select(…)',
  '!': 'not(…)',
  '&&': 'and(…)',
  '||': 'or(…)',
  '==': 'eq(…)',
  '===': 'eq(…)',
  '!=': 'ne(…)',
  '!==': 'ne(…)',
  '<': 'lt(…)',
  '<=': 'le(…)',
  '>': 'lt(…)',
  '>=': 'le(…)',
};

const isNothing = (node) => (node.type === 'Literal' && node.value === null && node.raw === 'null') || (node.type === 'Identifier' && node.name === 'undefined');

export default {
  meta: {
    type: 'problem',
    docs: { description: 'no host control flow on recorded values' },
    messages: { host: '{{what}} is not a value of this program: write {{cure}}' },
    schema: [{ type: 'object', properties: { declaredIn: { type: 'string' } }, additionalProperties: false }],
  },
  defaultOptions: [{ declaredIn: '/model/language/' }],

  create(context) {
    const services = context.sourceCode.parserServices;
    if (!services.program) throw new Error('no-host-control-flow needs type information');
    const declaredIn = context.options[0]?.declaredIn ?? '/model/language/';

    /** What a type is in the modelling language, or undefined. Intersections, unions and subtypes count. */
    function recorded(type, seen = new Set()) {
      if (seen.has(type)) return undefined;
      seen.add(type);
      const symbols = [type.aliasSymbol, type.symbol].filter((symbol) => symbol !== undefined);
      const own = symbols.find((symbol) => RECORDED.has(symbol.name) && declaredByLanguage(symbol));
      if (own) return RECORDED.get(own.name);
      const parts = [...(type.isUnionOrIntersection() ? type.types : []), ...(type.isClassOrInterface() ? (type.getBaseTypes() ?? []) : [])];
      return parts.map((part) => recorded(part, seen)).find((found) => found !== undefined);
    }

    function declaredByLanguage(symbol) {
      return (symbol.declarations ?? []).some((declaration) => declaration.getSourceFile().fileName.includes(declaredIn));
    }

    function refuse(operand, cure) {
      const what = recorded(services.getTypeAtLocation(operand));
      if (what !== undefined) context.report({ node: operand, messageId: 'host', data: { what, cure } });
    }

    const refuseTest = (node) => {
      if (node.test) refuse(node.test, CURE.test);
    };
    const refuseBoth = (node) => {
      const cure = CURE[node.operator];
      // `value !== undefined` asks whether there is one to record: that is the host's business.
      if (cure === undefined || isNothing(node.left) || isNothing(node.right)) return;
      refuse(node.left, cure);
      refuse(node.right, cure);
    };

    return {
      IfStatement: refuseTest,
      ConditionalExpression: refuseTest,
      WhileStatement: refuseTest,
      DoWhileStatement: refuseTest,
      ForStatement: refuseTest,
      SwitchStatement: (node) => refuse(node.discriminant, CURE.test),
      UnaryExpression: (node) => {
        if (node.operator === '!') refuse(node.argument, CURE['!']);
      },
      LogicalExpression: refuseBoth,
      BinaryExpression: refuseBoth,
    };
  },
};
