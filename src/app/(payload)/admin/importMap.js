import { TenantField as TenantField_1d0591e3cf4f332c83a86da13a0de59a } from '@payloadcms/plugin-multi-tenant/client'
import { RscEntryLexicalCell as RscEntryLexicalCell_44fe37237e0ebf4470c9990d8cb7b07e } from '@payloadcms/richtext-lexical/rsc'
import { RscEntryLexicalField as RscEntryLexicalField_44fe37237e0ebf4470c9990d8cb7b07e } from '@payloadcms/richtext-lexical/rsc'
import { LexicalDiffComponent as LexicalDiffComponent_44fe37237e0ebf4470c9990d8cb7b07e } from '@payloadcms/richtext-lexical/rsc'
import { VariablesClientFeature as VariablesClientFeature_8a1c3aad5a1c00b9830b7bb05643132a } from '../../../../src/admin/prompt-editor/variables/VariablesClientFeature.tsx'
import { FixedToolbarFeatureClient as FixedToolbarFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { LinkFeatureClient as LinkFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { InlineCodeFeatureClient as InlineCodeFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { BoldFeatureClient as BoldFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { ItalicFeatureClient as ItalicFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { BlockquoteFeatureClient as BlockquoteFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { OrderedListFeatureClient as OrderedListFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { UnorderedListFeatureClient as UnorderedListFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { HeadingFeatureClient as HeadingFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { ParagraphFeatureClient as ParagraphFeatureClient_e70f5e05f09f93e00b997edb1ef0c864 } from '@payloadcms/richtext-lexical/client'
import { VariableRowLabel as VariableRowLabel_833f75779ea9a89452cbdd082b9e4efb } from '../../../../src/admin/prompt-editor/variables/VariableRowLabel.tsx'
import { ChoiceField as ChoiceField_2aabd65ddbd39e2043990565315f0943 } from '../../../../src/admin/fields/ChoiceField/index.tsx'
import { ToolRowLabel as ToolRowLabel_898523e0ac19bb355060a9c584ffb559 } from '../../../../src/admin/agent-tools/ToolRowLabel.tsx'
import { EmptyHint as EmptyHint_a66eecc9bcbac8c03c01c56c4bd7a2d1 } from '../../../../src/admin/lists/EmptyHint.tsx'
import { CallNumber as CallNumber_da82930fd5b82b313a541b711c8e191e } from '../../../../src/admin/outbound-call/CallNumber.tsx'
import { AssignTenantFieldTrigger as AssignTenantFieldTrigger_1d0591e3cf4f332c83a86da13a0de59a } from '@payloadcms/plugin-multi-tenant/client'
import { WebhookUrlField as WebhookUrlField_a216dc3735a5e9122ae669ed7f50e109 } from '../../../../src/admin/fields/WebhookUrlField/index.tsx'
import { StatusCell as StatusCell_937bef0f84bdb1a2b0f6e96f8c828676 } from '../../../../src/admin/call/cells/StatusCell/index.tsx'
import { EndedReasonCell as EndedReasonCell_b0107644e2b02717d598f8b6e7ce6255 } from '../../../../src/admin/call/cells/EndedReasonCell/index.tsx'
import { DurationCell as DurationCell_98a93140d5d9f979c6fdeb160ba51a7e } from '../../../../src/admin/call/cells/DurationCell/index.tsx'
import { NameCell as NameCell_eef357ba4bf7d1ae6691a59a61250ca2 } from '../../../../src/admin/call/cells/NameCell/index.tsx'
import { StartedCell as StartedCell_d3a853bb289c519d542bc384bafacc55 } from '../../../../src/admin/call/cells/StartedCell/index.tsx'
import { CallView as CallView_94b327cff024dba9ef8c043fa04c37c4 } from '../../../../src/admin/call/CallView/index.tsx'
import { RecordingField as RecordingField_e2c20a33cfb3e6e5ec2e96dc027a5ff2 } from '../../../../src/admin/call/RecordingField/index.tsx'
import { WatchTenantCollection as WatchTenantCollection_1d0591e3cf4f332c83a86da13a0de59a } from '@payloadcms/plugin-multi-tenant/client'
import { AlertState as AlertState_8efe88eea78865656bde350d5110170d } from '../../../../src/admin/alert-list/AlertState/index.tsx'
import { StateCell as StateCell_4e6f94fc195761e48b5efa47245b2a83 } from '../../../../src/admin/alert-list/StateCell/index.tsx'
import { SeverityCell as SeverityCell_c1b0a4e4624cb51c2bb806d39ab3f0d7 } from '../../../../src/admin/alert-list/SeverityCell/index.tsx'
import { DeliveriesField as DeliveriesField_33b733d5af1fbcfdd75ddb857b317dd5 } from '../../../../src/admin/alert-list/DeliveriesField/index.tsx'
import { ActionCell as ActionCell_250434c8aa7a38dfd29b6258b6b69d6b } from '../../../../src/admin/audit/ActionCell/index.tsx'
import { ResultCell as ResultCell_42e318934d051f837007c0fd3f4f14de } from '../../../../src/admin/audit/ResultCell/index.tsx'
import { DetailsField as DetailsField_75241e090695ad1ca8f51d41641a181a } from '../../../../src/admin/audit/DetailsField/index.tsx'
import { ExportBar as ExportBar_53d953be23f240a39e20c229cb7dfd3e } from '../../../../src/admin/audit/ExportBar/index.tsx'
import { Icon as Icon_5eddd781ceb78812efb2dcc0cec36920 } from '../../../../src/admin/brand/Icon.tsx'
import { Logo as Logo_2e763df44b42c422bacb8a7fd68ccf87 } from '../../../../src/admin/brand/Logo.tsx'
import { SignupLink as SignupLink_521415d388db5d10d88ddec315f5d2d6 } from '../../../../src/admin/signup/SignupLink.tsx'
import { ServicesNav as ServicesNav_8d8be9e2e0b415dde766691806d22981 } from '../../../../src/admin/services/nav/ServicesNav.tsx'
import { SettingsNav as SettingsNav_a29ca6de266f0da4c721f3eee93abe24 } from '../../../../src/admin/nav/SettingsNav.tsx'
import { TenantSelector as TenantSelector_d6d5f193a167989e2ee7d14202901e62 } from '@payloadcms/plugin-multi-tenant/rsc'
import { TenantSelectionProvider as TenantSelectionProvider_d6d5f193a167989e2ee7d14202901e62 } from '@payloadcms/plugin-multi-tenant/rsc'
import { Dashboard as Dashboard_bfcc977efa0be7d8a0df028c625b41ee } from '../../../../src/admin/dashboard/Dashboard.tsx'
import { FirstUserView as FirstUserView_ba12ab48625139e8929722fc9b0ed4db } from '../../../../src/admin/signup/FirstUserView.tsx'
import { NoWorkspaceView as NoWorkspaceView_3bb764ecf90558562dca1811d0f7ea51 } from '../../../../src/admin/workspace/NoWorkspaceView.tsx'
import { SignupView as SignupView_69e4c177e7d854574462abb0be090339 } from '../../../../src/admin/signup/SignupView.tsx'
import { ApiKeysView as ApiKeysView_736abe80f9c17a8bf17549a1039c597f } from '../../../../src/admin/api-keys/ApiKeysView.tsx'
import { KeyView as KeyView_44512c68b8a85c7e40a09fec8da245b7 } from '../../../../src/admin/api-keys/key/KeyView.tsx'
import { AlertsView as AlertsView_1239aebe46cc36bb1daec6129e1ab0af } from '../../../../src/admin/alerts/AlertsView.tsx'
import { ServiceView as ServiceView_0df28b7f1141857d82ffdce889e15678 } from '../../../../src/admin/services/ServiceView.tsx'
import { CollectionCards as CollectionCards_f9c02e79a4aed9a3924487c0cd4cafb1 } from '@payloadcms/next/rsc'

/** @type import('payload').ImportMap */
export const importMap = {
  "@payloadcms/plugin-multi-tenant/client#TenantField": TenantField_1d0591e3cf4f332c83a86da13a0de59a,
  "@payloadcms/richtext-lexical/rsc#RscEntryLexicalCell": RscEntryLexicalCell_44fe37237e0ebf4470c9990d8cb7b07e,
  "@payloadcms/richtext-lexical/rsc#RscEntryLexicalField": RscEntryLexicalField_44fe37237e0ebf4470c9990d8cb7b07e,
  "@payloadcms/richtext-lexical/rsc#LexicalDiffComponent": LexicalDiffComponent_44fe37237e0ebf4470c9990d8cb7b07e,
  "/src/admin/prompt-editor/variables/VariablesClientFeature.tsx#VariablesClientFeature": VariablesClientFeature_8a1c3aad5a1c00b9830b7bb05643132a,
  "@payloadcms/richtext-lexical/client#FixedToolbarFeatureClient": FixedToolbarFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#LinkFeatureClient": LinkFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#InlineCodeFeatureClient": InlineCodeFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#BoldFeatureClient": BoldFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#ItalicFeatureClient": ItalicFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#BlockquoteFeatureClient": BlockquoteFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#OrderedListFeatureClient": OrderedListFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#UnorderedListFeatureClient": UnorderedListFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#HeadingFeatureClient": HeadingFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "@payloadcms/richtext-lexical/client#ParagraphFeatureClient": ParagraphFeatureClient_e70f5e05f09f93e00b997edb1ef0c864,
  "/src/admin/prompt-editor/variables/VariableRowLabel.tsx#VariableRowLabel": VariableRowLabel_833f75779ea9a89452cbdd082b9e4efb,
  "/src/admin/fields/ChoiceField/index.tsx#ChoiceField": ChoiceField_2aabd65ddbd39e2043990565315f0943,
  "/src/admin/agent-tools/ToolRowLabel.tsx#ToolRowLabel": ToolRowLabel_898523e0ac19bb355060a9c584ffb559,
  "/src/admin/lists/EmptyHint.tsx#EmptyHint": EmptyHint_a66eecc9bcbac8c03c01c56c4bd7a2d1,
  "/src/admin/outbound-call/CallNumber.tsx#CallNumber": CallNumber_da82930fd5b82b313a541b711c8e191e,
  "@payloadcms/plugin-multi-tenant/client#AssignTenantFieldTrigger": AssignTenantFieldTrigger_1d0591e3cf4f332c83a86da13a0de59a,
  "/src/admin/fields/WebhookUrlField/index.tsx#WebhookUrlField": WebhookUrlField_a216dc3735a5e9122ae669ed7f50e109,
  "/src/admin/call/cells/StatusCell/index.tsx#StatusCell": StatusCell_937bef0f84bdb1a2b0f6e96f8c828676,
  "/src/admin/call/cells/EndedReasonCell/index.tsx#EndedReasonCell": EndedReasonCell_b0107644e2b02717d598f8b6e7ce6255,
  "/src/admin/call/cells/DurationCell/index.tsx#DurationCell": DurationCell_98a93140d5d9f979c6fdeb160ba51a7e,
  "/src/admin/call/cells/NameCell/index.tsx#NameCell": NameCell_eef357ba4bf7d1ae6691a59a61250ca2,
  "/src/admin/call/cells/StartedCell/index.tsx#StartedCell": StartedCell_d3a853bb289c519d542bc384bafacc55,
  "/src/admin/call/CallView/index.tsx#CallView": CallView_94b327cff024dba9ef8c043fa04c37c4,
  "/src/admin/call/RecordingField/index.tsx#RecordingField": RecordingField_e2c20a33cfb3e6e5ec2e96dc027a5ff2,
  "@payloadcms/plugin-multi-tenant/client#WatchTenantCollection": WatchTenantCollection_1d0591e3cf4f332c83a86da13a0de59a,
  "/src/admin/alert-list/AlertState/index.tsx#AlertState": AlertState_8efe88eea78865656bde350d5110170d,
  "/src/admin/alert-list/StateCell/index.tsx#StateCell": StateCell_4e6f94fc195761e48b5efa47245b2a83,
  "/src/admin/alert-list/SeverityCell/index.tsx#SeverityCell": SeverityCell_c1b0a4e4624cb51c2bb806d39ab3f0d7,
  "/src/admin/alert-list/DeliveriesField/index.tsx#DeliveriesField": DeliveriesField_33b733d5af1fbcfdd75ddb857b317dd5,
  "/src/admin/audit/ActionCell/index.tsx#ActionCell": ActionCell_250434c8aa7a38dfd29b6258b6b69d6b,
  "/src/admin/audit/ResultCell/index.tsx#ResultCell": ResultCell_42e318934d051f837007c0fd3f4f14de,
  "/src/admin/audit/DetailsField/index.tsx#DetailsField": DetailsField_75241e090695ad1ca8f51d41641a181a,
  "/src/admin/audit/ExportBar/index.tsx#ExportBar": ExportBar_53d953be23f240a39e20c229cb7dfd3e,
  "/src/admin/brand/Icon.tsx#Icon": Icon_5eddd781ceb78812efb2dcc0cec36920,
  "/src/admin/brand/Logo.tsx#Logo": Logo_2e763df44b42c422bacb8a7fd68ccf87,
  "/src/admin/signup/SignupLink.tsx#SignupLink": SignupLink_521415d388db5d10d88ddec315f5d2d6,
  "/src/admin/services/nav/ServicesNav.tsx#ServicesNav": ServicesNav_8d8be9e2e0b415dde766691806d22981,
  "/src/admin/nav/SettingsNav.tsx#SettingsNav": SettingsNav_a29ca6de266f0da4c721f3eee93abe24,
  "@payloadcms/plugin-multi-tenant/rsc#TenantSelector": TenantSelector_d6d5f193a167989e2ee7d14202901e62,
  "@payloadcms/plugin-multi-tenant/rsc#TenantSelectionProvider": TenantSelectionProvider_d6d5f193a167989e2ee7d14202901e62,
  "/src/admin/dashboard/Dashboard.tsx#Dashboard": Dashboard_bfcc977efa0be7d8a0df028c625b41ee,
  "/src/admin/signup/FirstUserView.tsx#FirstUserView": FirstUserView_ba12ab48625139e8929722fc9b0ed4db,
  "/src/admin/workspace/NoWorkspaceView.tsx#NoWorkspaceView": NoWorkspaceView_3bb764ecf90558562dca1811d0f7ea51,
  "/src/admin/signup/SignupView.tsx#SignupView": SignupView_69e4c177e7d854574462abb0be090339,
  "/src/admin/api-keys/ApiKeysView.tsx#ApiKeysView": ApiKeysView_736abe80f9c17a8bf17549a1039c597f,
  "/src/admin/api-keys/key/KeyView.tsx#KeyView": KeyView_44512c68b8a85c7e40a09fec8da245b7,
  "/src/admin/alerts/AlertsView.tsx#AlertsView": AlertsView_1239aebe46cc36bb1daec6129e1ab0af,
  "/src/admin/services/ServiceView.tsx#ServiceView": ServiceView_0df28b7f1141857d82ffdce889e15678,
  "@payloadcms/next/rsc#CollectionCards": CollectionCards_f9c02e79a4aed9a3924487c0cd4cafb1
}
