import * as rules from './rules.ts'
import type { Rule } from './rules.ts'

/** Files by path, for examples. */
export type Sources = Record<string, string>

/** A rule of the house, with what it notices and what it lets pass. */
export type HouseRule = {
  says: string
  rule: Rule
  /** Files that break it, each in its own way, with what is reported. */
  broken: [Sources, string][]
  kept: Sources
}

/** Who may import whom. */
export const HOUSE_RULES: HouseRule[] = [
  {
    says: 'a plugin imports provider-kit, libraries and its own files',
    rule: rules.pluginsStandAlone,
    broken: [
      [{ 'plugins/a/stt.ts': "import { b } from '../b/index.ts'" }, 'plugins/a/stt.ts:1 imports ../b/index.ts'],
      [
        { 'plugins/a/stt.ts': "\n\nimport type { V } from '../../src/vault/index.ts'" },
        'plugins/a/stt.ts:3 imports ../../src/vault/index.ts',
      ],
      [{ 'plugins/a/stt.ts': "const p = await import('payload')" }, 'plugins/a/stt.ts:1 imports payload'],
      [{ 'plugins/a/stt.ts': "export * from '@payloadcms/ui'" }, 'plugins/a/stt.ts:1 imports @payloadcms/ui'],
    ],
    kept: {
      'plugins/a/stt.ts':
        "import { x } from '../../src/provider-kit/index.ts'\nimport ws from 'ws'\nimport { y } from './url.ts'",
      'plugins/a/stt.test.ts': "import { s } from '../../simulators/a/index.ts'",
    },
  },
  {
    says: 'payload.config.ts alone imports the list of plugins, and the list alone the plugins',
    rule: rules.pluginsAreListedOnce,
    broken: [
      [
        { 'src/registry/a.ts': "import { providers } from '../../plugins/index.ts'" },
        'src/registry/a.ts:1 imports ../../plugins/index.ts',
      ],
      [
        { 'payload.config.ts': "import a from './plugins/a/index.ts'" },
        'payload.config.ts:1 imports ./plugins/a/index.ts',
      ],
    ],
    kept: {
      'payload.config.ts': "import { providers } from './plugins/index.ts'",
      'plugins/index.ts': "import a from './a/index.ts'",
      'plugins/a/index.ts': "import { stt } from './stt.ts'",
    },
  },
  {
    says: 'calls/ imports provider-kit, libraries and its own files',
    rule: rules.callsKnowTheKitAlone,
    broken: [
      [{ 'src/calls/a.ts': "import { v } from '../vault/index.ts'" }, 'src/calls/a.ts:1 imports ../vault/index.ts'],
      [{ 'src/calls/a.ts': "import type { Payload } from 'payload'" }, 'src/calls/a.ts:1 imports payload'],
      [{ 'src/calls/a.ts': "let r: import('express').Request" }, 'src/calls/a.ts:1 imports express'],
    ],
    kept: { 'src/calls/deep/a.ts': "import { k } from '../../provider-kit/index.ts'\nimport { b } from '../b.ts'" },
  },
  {
    says: 'provider-kit imports nothing else of ours, neither Payload nor Express',
    rule: rules.kitKnowsNothingOfOurs,
    broken: [
      [
        { 'src/provider-kit/a.ts': "import { c } from '../calls/index.ts'" },
        'src/provider-kit/a.ts:1 imports ../calls/index.ts',
      ],
      [{ 'src/provider-kit/a.ts': "const e = require('express')" }, 'src/provider-kit/a.ts:1 imports express'],
    ],
    kept: { 'src/provider-kit/a.ts': "import { b } from './b.ts'\nimport { z } from 'zod'" },
  },
  {
    says: "the vault imports Payload's database only",
    rule: rules.vaultKnowsTheDatabaseAlone,
    broken: [
      [
        { 'src/vault/a.ts': "import { t } from '../telephony/index.ts'" },
        'src/vault/a.ts:1 imports ../telephony/index.ts',
      ],
      [{ 'src/vault/a.ts': "import express from 'express'" }, 'src/vault/a.ts:1 imports express'],
    ],
    kept: {
      'src/vault/a.ts': "import type { Payload } from 'payload'\nimport { KEYS } from '../collections/slugs.ts'",
    },
  },
  {
    says: 'only telephony, services, the key check, jobs and the command line may open a secret',
    rule: rules.fewOpenSecrets,
    broken: [
      [
        { 'src/collections/Agents/a.ts': "import { resolveForUse } from '../../vault/index.ts'" },
        'src/collections/Agents/a.ts:1 imports ../../vault/index.ts',
      ],
      [
        { 'src/rest/a.ts': "import { resolveForUse as open } from '../vault/index.ts'" },
        'src/rest/a.ts:1 imports ../vault/index.ts',
      ],
      [
        { 'src/server/a.ts': "import * as vault from '../vault/index.ts'" },
        'src/server/a.ts:1 imports ../vault/index.ts',
      ],
      [
        { 'src/rest/a.ts': "import { openTenantSecrets } from '../vault/index.ts'" },
        'src/rest/a.ts:1 imports ../vault/index.ts',
      ],
      [
        { 'src/alerts/post-webhook.ts': "import { resolveForUse } from '../vault/index.ts'" },
        'src/alerts/post-webhook.ts:1 imports ../vault/index.ts',
      ],
      [
        { 'src/rest/a.ts': "import { inspectVault } from '../vault/inspect-vault.ts'" },
        'src/rest/a.ts:1 imports ../vault/inspect-vault.ts',
      ],
      [
        { 'src/admin/a.tsx': "import { peek } from '../vault/resolve-for-use.ts'" },
        'src/admin/a.tsx:1 imports ../vault/resolve-for-use.ts',
      ],
    ],
    kept: {
      'src/telephony/a.ts': "import { resolveForUse } from '../vault/index.ts'",
      'src/keys-cli/a.ts': "import { inspectVault } from '../vault/inspect-vault.ts'",
      'src/alerts/post-webhook.ts': "import { openTenantSecrets } from '../vault/index.ts'",
      'src/collections/ProviderKeys/endpoints/validate-key.ts':
        "import { resolveForUse } from '../../../vault/index.ts'",
      'src/collections/ProviderKeys/endpoints/store-key.ts':
        "import { sealCredentials } from '../../../vault/index.ts'",
    },
  },
  {
    says: 'nothing outside the vault enciphers or deciphers',
    rule: rules.decryptionStaysInTheVault,
    broken: [
      [{ 'src/rest/a.ts': "import { createDecipheriv } from 'node:crypto'" }, 'src/rest/a.ts:1 imports node:crypto'],
    ],
    kept: {
      'src/vault/a.ts': "import { createDecipheriv } from 'node:crypto'",
      'src/rest/a.ts': "import { randomBytes } from 'node:crypto'",
    },
  },
  {
    says: 'collections, access and fields know nothing of calls, carriers, the server and the panel',
    rule: rules.collectionsAreBelowCalls,
    broken: [
      [
        { 'src/collections/A/index.ts': "import { s } from '../../telephony/a.ts'" },
        'src/collections/A/index.ts:1 imports ../../telephony/a.ts',
      ],
      [{ 'src/access/a.ts': "import { s } from '../server/http.ts'" }, 'src/access/a.ts:1 imports ../server/http.ts'],
    ],
    kept: {
      'src/collections/A/index.ts':
        "import { a } from '../../access/index.ts'\nimport { r } from '../../calls/ended-reason.ts'",
    },
  },
  {
    says: "admin imports the panel's packages, types, and server/runtime.ts",
    rule: rules.adminSeesTypesAndRuntime,
    broken: [
      [
        { 'src/admin/A/index.tsx': "import { v } from '../../store/a.ts'" },
        'src/admin/A/index.tsx:1 imports ../../store/a.ts',
      ],
    ],
    kept: {
      'src/admin/A/index.tsx':
        "import { Button } from '@payloadcms/ui'\nimport type { Call } from '../../payload-types.ts'\nimport { runtime } from '../../server/runtime.ts'",
    },
  },
  {
    says: 'nobody imports admin but Next',
    rule: rules.nobodyImportsAdmin,
    broken: [
      [
        { 'src/fields/a.ts': "import { C } from '../admin/C/index.tsx'" },
        'src/fields/a.ts:1 imports ../admin/C/index.tsx',
      ],
    ],
    kept: { 'src/fields/a.ts': "const Cell = '/src/admin/C/index.tsx#C'" },
  },
  {
    says: 'nobody imports server/ from outside but its runtime.ts',
    rule: rules.serverIsEntered,
    broken: [
      [{ 'src/store/a.ts': "import { h } from '../server/http.ts'" }, 'src/store/a.ts:1 imports ../server/http.ts'],
    ],
    kept: {
      'src/server/main.ts': "import { h } from './http.ts'",
      'src/telephony/a.ts': "import { r } from '../server/runtime.ts'",
      'src/testing/boot.ts': "import { h } from '../server/http.ts'",
    },
  },
  {
    says: 'product code never imports simulators, benchmarks or test code',
    rule: rules.productImportsNoTestCode,
    broken: [
      [
        { 'plugins/a/stt.ts': "import { s } from '../../simulators/a/index.ts'" },
        'plugins/a/stt.ts:1 imports ../../simulators/a/index.ts',
      ],
      [{ 'src/server/a.ts': "await import('../testing/boot.ts')" }, 'src/server/a.ts:1 imports ../testing/boot.ts'],
      [{ 'payload.config.ts': "import { b } from './bench/a.ts'" }, 'payload.config.ts:1 imports ./bench/a.ts'],
    ],
    kept: {
      'src/testing/boot.ts': "import { s } from '../../simulators/a/index.ts'",
      'src/calls/a.int.test.ts': "import { s } from '../../simulators/a/index.ts'",
      'bench/main.ts': "import { s } from '../simulators/a/index.ts'",
    },
  },
  {
    says: 'nothing reachable from payload.config.ts loads Next, React or CSS',
    rule: rules.configLoadsNoBrowserCode,
    broken: [
      [
        {
          'payload.config.ts': "import { a } from './src/a.ts'",
          'src/a.ts': "export { b } from './b.ts'",
          'src/b.ts': "import { useState } from 'react'",
        },
        'src/b.ts:1 imports react (reached by payload.config.ts → src/a.ts → src/b.ts)',
      ],
      [
        { 'payload.config.ts': "import './src/a.scss'" },
        'payload.config.ts:1 imports ./src/a.scss (reached by payload.config.ts)',
      ],
      [
        { 'payload.config.ts': "await import('next/headers.js')" },
        'payload.config.ts:1 imports next/headers.js (reached by payload.config.ts)',
      ],
      [
        { 'payload.config.ts': "import { A } from './src/a.tsx'" },
        'payload.config.ts:1 imports ./src/a.tsx (reached by payload.config.ts)',
      ],
    ],
    kept: {
      'payload.config.ts': "import type { A } from './src/a.tsx'\nimport { b } from './src/b.ts'",
      'src/a.tsx': "import React from 'react'",
      'src/b.ts': "import type { ReactNode } from 'react'\nimport { payload } from './../payload.config.ts'",
      'src/admin/c.tsx': "import './c.scss'",
    },
  },
  {
    says: 'every Local API call writes overrideAccess out',
    rule: rules.localApiCallsStateAccess,
    broken: [
      [
        { 'src/a.ts': "// é\nawait req.payload.find({ collection: 'x' })" },
        'src/a.ts:2 calls payload.find without writing overrideAccess out',
      ],
      [
        { 'src/a.ts': 'await payload.update(options)' },
        'src/a.ts:1 calls payload.update without writing overrideAccess out',
      ],
      [
        {
          'src/a.ts':
            'function f() { const q = { overrideAccess: true } }\nfunction g() { const q = { limit: 1 }; payload.find(q) }',
        },
        'src/a.ts:2 calls payload.find without writing overrideAccess out',
      ],
      [
        { 'src/a.ts': 'payload.delete({ ...options })' },
        'src/a.ts:1 calls payload.delete without writing overrideAccess out',
      ],
    ],
    kept: {
      'src/a.ts':
        "await this.payload.create({ collection: 'x', overrideAccess: false })\npayload.count({ overrideAccess })\nlist.find(Boolean)\npayload.db.find({})",
      'src/b.ts':
        'const query = { overrideAccess: true } as const\nawait req.payload.find({ ...query, limit: 1 })\npayload.find(query)',
      'src/a.test.ts': "payload.find({ collection: 'x' })",
    },
  },
]
