import {
  BlockquoteFeature,
  BoldFeature,
  FixedToolbarFeature,
  HeadingFeature,
  InlineCodeFeature,
  ItalicFeature,
  LinkFeature,
  OrderedListFeature,
  ParagraphFeature,
  UnorderedListFeature,
} from '@payloadcms/richtext-lexical'
import { VariablesFeature } from './variables/variables-feature.ts'

/** What a prompt can hold: what a language model reads as Markdown, and variables. */
export const createPromptFeatures = () => [
  ParagraphFeature(),
  HeadingFeature({ enabledHeadingSizes: ['h1', 'h2', 'h3', 'h4'] }),
  UnorderedListFeature(),
  OrderedListFeature(),
  BlockquoteFeature(),
  BoldFeature(),
  ItalicFeature(),
  InlineCodeFeature(),
  LinkFeature({ enabledCollections: [], disableAutoLinks: true }),
  FixedToolbarFeature(),
  VariablesFeature(),
]
