import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'cache',
      'artifacts',
      'coverage',
      '**/fixtures/**',
      'eslint.config.js',
      '**/*.mjs',
      'bin',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numbers in messages are plain; objects are still refused.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `while (true)` is the clearest form of a loop that leaves by return.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // A callback may be synchronous or not: `void | Promise<void>` says so.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // A stage's run may be async without awaiting anything: its type asks for a promise.
      '@typescript-eslint/require-await': 'off',
      // Index checks of typed arrays in inner loops: `x[i]!` is the form that costs nothing.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['test/**'],
    ignores: ['test/properties.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'fast-check', message: 'Use test/properties.ts: it fixes the seed.' }] },
      ],
    },
  },
);
