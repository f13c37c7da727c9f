import { MigrateUpArgs, MigrateDownArgs, sql } from '@payloadcms/db-sqlite'

export async function up({ db, payload, req }: MigrateUpArgs): Promise<void> {
  await db.run(sql`PRAGMA foreign_keys=OFF;`)
  await db.run(sql`CREATE TABLE \`__new_agents\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`name\` text,
  	\`kind\` text DEFAULT 'voice',
  	\`prompt\` text,
  	\`greeting\` text DEFAULT 'Hello, this is {{agent_name}}. How can I help you?',
  	\`stt_provider\` text DEFAULT 'deepgram',
  	\`stt_model\` text,
  	\`stt_language\` text,
  	\`llm_provider\` text,
  	\`llm_model\` text,
  	\`llm_temperature\` numeric,
  	\`llm_max_tokens\` numeric,
  	\`tts_provider\` text DEFAULT 'elevenlabs',
  	\`tts_model\` text,
  	\`tts_voice\` text,
  	\`fallback_stt_provider\` text,
  	\`fallback_stt_model\` text,
  	\`fallback_stt_language\` text,
  	\`fallback_llm_provider\` text,
  	\`fallback_llm_model\` text,
  	\`fallback_llm_temperature\` numeric,
  	\`fallback_llm_max_tokens\` numeric,
  	\`fallback_tts_provider\` text,
  	\`fallback_tts_model\` text,
  	\`fallback_tts_voice\` text,
  	\`turns_barge_in\` integer DEFAULT true,
  	\`turns_min_endpoint_ms\` numeric DEFAULT 0,
  	\`turns_max_endpoint_ms\` numeric DEFAULT 3000,
  	\`turns_resume_after_ms\` numeric DEFAULT 800,
  	\`turns_silence_timeout_seconds\` numeric DEFAULT 30,
  	\`max_duration_seconds\` numeric DEFAULT 1800,
  	\`recording\` integer DEFAULT false,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`deleted_at\` text,
  	\`_status\` text DEFAULT 'draft',
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`INSERT INTO \`__new_agents\`("id", "tenant_id", "name", "kind", "prompt", "greeting", "stt_provider", "stt_model", "stt_language", "llm_provider", "llm_model", "llm_temperature", "llm_max_tokens", "tts_provider", "tts_model", "tts_voice", "fallback_stt_provider", "fallback_stt_model", "fallback_stt_language", "fallback_llm_provider", "fallback_llm_model", "fallback_llm_temperature", "fallback_llm_max_tokens", "fallback_tts_provider", "fallback_tts_model", "fallback_tts_voice", "turns_barge_in", "turns_min_endpoint_ms", "turns_max_endpoint_ms", "turns_resume_after_ms", "turns_silence_timeout_seconds", "max_duration_seconds", "recording", "updated_at", "created_at", "deleted_at", "_status") SELECT "id", "tenant_id", "name", "kind", "prompt", "greeting", "stt_provider", "stt_model", "stt_language", "llm_provider", "llm_model", "llm_temperature", "llm_max_tokens", "tts_provider", "tts_model", "tts_voice", "fallback_stt_provider", "fallback_stt_model", "fallback_stt_language", "fallback_llm_provider", "fallback_llm_model", "fallback_llm_temperature", "fallback_llm_max_tokens", "fallback_tts_provider", "fallback_tts_model", "fallback_tts_voice", "turns_barge_in", "turns_min_endpoint_ms", "turns_max_endpoint_ms", "turns_resume_after_ms", "turns_silence_timeout_seconds", "max_duration_seconds", "recording", "updated_at", "created_at", "deleted_at", "_status" FROM \`agents\`;`)
  await db.run(sql`DROP TABLE \`agents\`;`)
  await db.run(sql`ALTER TABLE \`__new_agents\` RENAME TO \`agents\`;`)
  await db.run(sql`PRAGMA foreign_keys=ON;`)
  await db.run(sql`CREATE INDEX \`agents_tenant_idx\` ON \`agents\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`agents_updated_at_idx\` ON \`agents\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`agents_created_at_idx\` ON \`agents\` (\`created_at\`);`)
  await db.run(sql`CREATE INDEX \`agents_deleted_at_idx\` ON \`agents\` (\`deleted_at\`);`)
  await db.run(sql`CREATE INDEX \`agents__status_idx\` ON \`agents\` (\`_status\`);`)
  await db.run(sql`CREATE TABLE \`__new__agents_v\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`parent_id\` integer,
  	\`version_tenant_id\` integer,
  	\`version_name\` text,
  	\`version_kind\` text DEFAULT 'voice',
  	\`version_prompt\` text,
  	\`version_greeting\` text DEFAULT 'Hello, this is {{agent_name}}. How can I help you?',
  	\`version_stt_provider\` text DEFAULT 'deepgram',
  	\`version_stt_model\` text,
  	\`version_stt_language\` text,
  	\`version_llm_provider\` text,
  	\`version_llm_model\` text,
  	\`version_llm_temperature\` numeric,
  	\`version_llm_max_tokens\` numeric,
  	\`version_tts_provider\` text DEFAULT 'elevenlabs',
  	\`version_tts_model\` text,
  	\`version_tts_voice\` text,
  	\`version_fallback_stt_provider\` text,
  	\`version_fallback_stt_model\` text,
  	\`version_fallback_stt_language\` text,
  	\`version_fallback_llm_provider\` text,
  	\`version_fallback_llm_model\` text,
  	\`version_fallback_llm_temperature\` numeric,
  	\`version_fallback_llm_max_tokens\` numeric,
  	\`version_fallback_tts_provider\` text,
  	\`version_fallback_tts_model\` text,
  	\`version_fallback_tts_voice\` text,
  	\`version_turns_barge_in\` integer DEFAULT true,
  	\`version_turns_min_endpoint_ms\` numeric DEFAULT 0,
  	\`version_turns_max_endpoint_ms\` numeric DEFAULT 3000,
  	\`version_turns_resume_after_ms\` numeric DEFAULT 800,
  	\`version_turns_silence_timeout_seconds\` numeric DEFAULT 30,
  	\`version_max_duration_seconds\` numeric DEFAULT 1800,
  	\`version_recording\` integer DEFAULT false,
  	\`version_updated_at\` text,
  	\`version_created_at\` text,
  	\`version_deleted_at\` text,
  	\`version__status\` text DEFAULT 'draft',
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`latest\` integer,
  	FOREIGN KEY (\`parent_id\`) REFERENCES \`agents\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`version_tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`INSERT INTO \`__new__agents_v\`("id", "parent_id", "version_tenant_id", "version_name", "version_kind", "version_prompt", "version_greeting", "version_stt_provider", "version_stt_model", "version_stt_language", "version_llm_provider", "version_llm_model", "version_llm_temperature", "version_llm_max_tokens", "version_tts_provider", "version_tts_model", "version_tts_voice", "version_fallback_stt_provider", "version_fallback_stt_model", "version_fallback_stt_language", "version_fallback_llm_provider", "version_fallback_llm_model", "version_fallback_llm_temperature", "version_fallback_llm_max_tokens", "version_fallback_tts_provider", "version_fallback_tts_model", "version_fallback_tts_voice", "version_turns_barge_in", "version_turns_min_endpoint_ms", "version_turns_max_endpoint_ms", "version_turns_resume_after_ms", "version_turns_silence_timeout_seconds", "version_max_duration_seconds", "version_recording", "version_updated_at", "version_created_at", "version_deleted_at", "version__status", "created_at", "updated_at", "latest") SELECT "id", "parent_id", "version_tenant_id", "version_name", "version_kind", "version_prompt", "version_greeting", "version_stt_provider", "version_stt_model", "version_stt_language", "version_llm_provider", "version_llm_model", "version_llm_temperature", "version_llm_max_tokens", "version_tts_provider", "version_tts_model", "version_tts_voice", "version_fallback_stt_provider", "version_fallback_stt_model", "version_fallback_stt_language", "version_fallback_llm_provider", "version_fallback_llm_model", "version_fallback_llm_temperature", "version_fallback_llm_max_tokens", "version_fallback_tts_provider", "version_fallback_tts_model", "version_fallback_tts_voice", "version_turns_barge_in", "version_turns_min_endpoint_ms", "version_turns_max_endpoint_ms", "version_turns_resume_after_ms", "version_turns_silence_timeout_seconds", "version_max_duration_seconds", "version_recording", "version_updated_at", "version_created_at", "version_deleted_at", "version__status", "created_at", "updated_at", "latest" FROM \`_agents_v\`;`)
  await db.run(sql`DROP TABLE \`_agents_v\`;`)
  await db.run(sql`ALTER TABLE \`__new__agents_v\` RENAME TO \`_agents_v\`;`)
  await db.run(sql`CREATE INDEX \`_agents_v_parent_idx\` ON \`_agents_v\` (\`parent_id\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_tenant_idx\` ON \`_agents_v\` (\`version_tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_updated_at_idx\` ON \`_agents_v\` (\`version_updated_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_created_at_idx\` ON \`_agents_v\` (\`version_created_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_deleted_at_idx\` ON \`_agents_v\` (\`version_deleted_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version__status_idx\` ON \`_agents_v\` (\`version__status\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_created_at_idx\` ON \`_agents_v\` (\`created_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_updated_at_idx\` ON \`_agents_v\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_latest_idx\` ON \`_agents_v\` (\`latest\`);`)
  await db.run(sql`ALTER TABLE \`alerts\` ADD \`email_due_at\` text;`)
  await db.run(sql`ALTER TABLE \`alerts\` ADD \`webhook_due_at\` text;`)
  await db.run(sql`ALTER TABLE \`alerts\` ADD \`email_outcomes\` text;`)
  await db.run(sql`ALTER TABLE \`alerts\` ADD \`webhook_outcomes\` text;`)
  await db.run(sql`CREATE INDEX \`alerts_email_due_at_idx\` ON \`alerts\` (\`email_due_at\`);`)
  await db.run(sql`CREATE INDEX \`alerts_webhook_due_at_idx\` ON \`alerts\` (\`webhook_due_at\`);`)
  await db.run(sql`ALTER TABLE \`alerts\` DROP COLUMN \`deliveries\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`actor_kind\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`seal\` text;`)
  await db.run(sql`CREATE INDEX \`audit_log_actor_name_idx\` ON \`audit_log\` (\`actor_name\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`tenant_sequence_idx\` ON \`audit_log\` (\`tenant_id\`,\`sequence\`);`)
  await db.run(sql`CREATE INDEX \`tenant_at_idx\` ON \`audit_log\` (\`tenant_id\`,\`at\`);`)
  await db.run(sql`ALTER TABLE \`alert_settings\` ADD \`webhook_failing_since\` text;`)
  await db.run(sql`ALTER TABLE \`alert_settings\` ADD \`webhook_disabled_at\` text;`)
  await db.run(sql`ALTER TABLE \`alert_settings\` ADD \`email_not_before\` text;`)
}

export async function down({ db, payload, req }: MigrateDownArgs): Promise<void> {
  await db.run(sql`DROP INDEX \`alerts_email_due_at_idx\`;`)
  await db.run(sql`DROP INDEX \`alerts_webhook_due_at_idx\`;`)
  await db.run(sql`ALTER TABLE \`alerts\` ADD \`deliveries\` text;`)
  await db.run(sql`ALTER TABLE \`alerts\` DROP COLUMN \`email_due_at\`;`)
  await db.run(sql`ALTER TABLE \`alerts\` DROP COLUMN \`webhook_due_at\`;`)
  await db.run(sql`ALTER TABLE \`alerts\` DROP COLUMN \`email_outcomes\`;`)
  await db.run(sql`ALTER TABLE \`alerts\` DROP COLUMN \`webhook_outcomes\`;`)
  await db.run(sql`DROP INDEX \`audit_log_actor_name_idx\`;`)
  await db.run(sql`DROP INDEX \`tenant_sequence_idx\`;`)
  await db.run(sql`DROP INDEX \`tenant_at_idx\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`actor_kind\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`seal\`;`)
  await db.run(sql`PRAGMA foreign_keys=OFF;`)
  await db.run(sql`CREATE TABLE \`__new_agents\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`name\` text,
  	\`kind\` text DEFAULT 'voice',
  	\`prompt\` text,
  	\`greeting\` text DEFAULT 'Hello, this is {{agent_name}}. How can I help you?',
  	\`stt_provider\` text DEFAULT 'deepgram',
  	\`stt_model\` text,
  	\`stt_language\` text,
  	\`llm_provider\` text DEFAULT 'openai',
  	\`llm_model\` text,
  	\`llm_temperature\` numeric,
  	\`llm_max_tokens\` numeric,
  	\`tts_provider\` text DEFAULT 'elevenlabs',
  	\`tts_model\` text,
  	\`tts_voice\` text,
  	\`fallback_stt_provider\` text,
  	\`fallback_stt_model\` text,
  	\`fallback_stt_language\` text,
  	\`fallback_llm_provider\` text,
  	\`fallback_llm_model\` text,
  	\`fallback_llm_temperature\` numeric,
  	\`fallback_llm_max_tokens\` numeric,
  	\`fallback_tts_provider\` text,
  	\`fallback_tts_model\` text,
  	\`fallback_tts_voice\` text,
  	\`turns_barge_in\` integer DEFAULT true,
  	\`turns_min_endpoint_ms\` numeric DEFAULT 0,
  	\`turns_max_endpoint_ms\` numeric DEFAULT 3000,
  	\`turns_resume_after_ms\` numeric DEFAULT 800,
  	\`turns_silence_timeout_seconds\` numeric DEFAULT 30,
  	\`max_duration_seconds\` numeric DEFAULT 1800,
  	\`recording\` integer DEFAULT false,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`deleted_at\` text,
  	\`_status\` text DEFAULT 'draft',
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`INSERT INTO \`__new_agents\`("id", "tenant_id", "name", "kind", "prompt", "greeting", "stt_provider", "stt_model", "stt_language", "llm_provider", "llm_model", "llm_temperature", "llm_max_tokens", "tts_provider", "tts_model", "tts_voice", "fallback_stt_provider", "fallback_stt_model", "fallback_stt_language", "fallback_llm_provider", "fallback_llm_model", "fallback_llm_temperature", "fallback_llm_max_tokens", "fallback_tts_provider", "fallback_tts_model", "fallback_tts_voice", "turns_barge_in", "turns_min_endpoint_ms", "turns_max_endpoint_ms", "turns_resume_after_ms", "turns_silence_timeout_seconds", "max_duration_seconds", "recording", "updated_at", "created_at", "deleted_at", "_status") SELECT "id", "tenant_id", "name", "kind", "prompt", "greeting", "stt_provider", "stt_model", "stt_language", "llm_provider", "llm_model", "llm_temperature", "llm_max_tokens", "tts_provider", "tts_model", "tts_voice", "fallback_stt_provider", "fallback_stt_model", "fallback_stt_language", "fallback_llm_provider", "fallback_llm_model", "fallback_llm_temperature", "fallback_llm_max_tokens", "fallback_tts_provider", "fallback_tts_model", "fallback_tts_voice", "turns_barge_in", "turns_min_endpoint_ms", "turns_max_endpoint_ms", "turns_resume_after_ms", "turns_silence_timeout_seconds", "max_duration_seconds", "recording", "updated_at", "created_at", "deleted_at", "_status" FROM \`agents\`;`)
  await db.run(sql`DROP TABLE \`agents\`;`)
  await db.run(sql`ALTER TABLE \`__new_agents\` RENAME TO \`agents\`;`)
  await db.run(sql`PRAGMA foreign_keys=ON;`)
  await db.run(sql`CREATE INDEX \`agents_tenant_idx\` ON \`agents\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`agents_updated_at_idx\` ON \`agents\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`agents_created_at_idx\` ON \`agents\` (\`created_at\`);`)
  await db.run(sql`CREATE INDEX \`agents_deleted_at_idx\` ON \`agents\` (\`deleted_at\`);`)
  await db.run(sql`CREATE INDEX \`agents__status_idx\` ON \`agents\` (\`_status\`);`)
  await db.run(sql`CREATE TABLE \`__new__agents_v\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`parent_id\` integer,
  	\`version_tenant_id\` integer,
  	\`version_name\` text,
  	\`version_kind\` text DEFAULT 'voice',
  	\`version_prompt\` text,
  	\`version_greeting\` text DEFAULT 'Hello, this is {{agent_name}}. How can I help you?',
  	\`version_stt_provider\` text DEFAULT 'deepgram',
  	\`version_stt_model\` text,
  	\`version_stt_language\` text,
  	\`version_llm_provider\` text DEFAULT 'openai',
  	\`version_llm_model\` text,
  	\`version_llm_temperature\` numeric,
  	\`version_llm_max_tokens\` numeric,
  	\`version_tts_provider\` text DEFAULT 'elevenlabs',
  	\`version_tts_model\` text,
  	\`version_tts_voice\` text,
  	\`version_fallback_stt_provider\` text,
  	\`version_fallback_stt_model\` text,
  	\`version_fallback_stt_language\` text,
  	\`version_fallback_llm_provider\` text,
  	\`version_fallback_llm_model\` text,
  	\`version_fallback_llm_temperature\` numeric,
  	\`version_fallback_llm_max_tokens\` numeric,
  	\`version_fallback_tts_provider\` text,
  	\`version_fallback_tts_model\` text,
  	\`version_fallback_tts_voice\` text,
  	\`version_turns_barge_in\` integer DEFAULT true,
  	\`version_turns_min_endpoint_ms\` numeric DEFAULT 0,
  	\`version_turns_max_endpoint_ms\` numeric DEFAULT 3000,
  	\`version_turns_resume_after_ms\` numeric DEFAULT 800,
  	\`version_turns_silence_timeout_seconds\` numeric DEFAULT 30,
  	\`version_max_duration_seconds\` numeric DEFAULT 1800,
  	\`version_recording\` integer DEFAULT false,
  	\`version_updated_at\` text,
  	\`version_created_at\` text,
  	\`version_deleted_at\` text,
  	\`version__status\` text DEFAULT 'draft',
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`latest\` integer,
  	FOREIGN KEY (\`parent_id\`) REFERENCES \`agents\`(\`id\`) ON UPDATE no action ON DELETE set null,
  	FOREIGN KEY (\`version_tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`INSERT INTO \`__new__agents_v\`("id", "parent_id", "version_tenant_id", "version_name", "version_kind", "version_prompt", "version_greeting", "version_stt_provider", "version_stt_model", "version_stt_language", "version_llm_provider", "version_llm_model", "version_llm_temperature", "version_llm_max_tokens", "version_tts_provider", "version_tts_model", "version_tts_voice", "version_fallback_stt_provider", "version_fallback_stt_model", "version_fallback_stt_language", "version_fallback_llm_provider", "version_fallback_llm_model", "version_fallback_llm_temperature", "version_fallback_llm_max_tokens", "version_fallback_tts_provider", "version_fallback_tts_model", "version_fallback_tts_voice", "version_turns_barge_in", "version_turns_min_endpoint_ms", "version_turns_max_endpoint_ms", "version_turns_resume_after_ms", "version_turns_silence_timeout_seconds", "version_max_duration_seconds", "version_recording", "version_updated_at", "version_created_at", "version_deleted_at", "version__status", "created_at", "updated_at", "latest") SELECT "id", "parent_id", "version_tenant_id", "version_name", "version_kind", "version_prompt", "version_greeting", "version_stt_provider", "version_stt_model", "version_stt_language", "version_llm_provider", "version_llm_model", "version_llm_temperature", "version_llm_max_tokens", "version_tts_provider", "version_tts_model", "version_tts_voice", "version_fallback_stt_provider", "version_fallback_stt_model", "version_fallback_stt_language", "version_fallback_llm_provider", "version_fallback_llm_model", "version_fallback_llm_temperature", "version_fallback_llm_max_tokens", "version_fallback_tts_provider", "version_fallback_tts_model", "version_fallback_tts_voice", "version_turns_barge_in", "version_turns_min_endpoint_ms", "version_turns_max_endpoint_ms", "version_turns_resume_after_ms", "version_turns_silence_timeout_seconds", "version_max_duration_seconds", "version_recording", "version_updated_at", "version_created_at", "version_deleted_at", "version__status", "created_at", "updated_at", "latest" FROM \`_agents_v\`;`)
  await db.run(sql`DROP TABLE \`_agents_v\`;`)
  await db.run(sql`ALTER TABLE \`__new__agents_v\` RENAME TO \`_agents_v\`;`)
  await db.run(sql`CREATE INDEX \`_agents_v_parent_idx\` ON \`_agents_v\` (\`parent_id\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_tenant_idx\` ON \`_agents_v\` (\`version_tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_updated_at_idx\` ON \`_agents_v\` (\`version_updated_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_created_at_idx\` ON \`_agents_v\` (\`version_created_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version_deleted_at_idx\` ON \`_agents_v\` (\`version_deleted_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_version__status_idx\` ON \`_agents_v\` (\`version__status\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_created_at_idx\` ON \`_agents_v\` (\`created_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_updated_at_idx\` ON \`_agents_v\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_latest_idx\` ON \`_agents_v\` (\`latest\`);`)
  await db.run(sql`ALTER TABLE \`alert_settings\` DROP COLUMN \`webhook_failing_since\`;`)
  await db.run(sql`ALTER TABLE \`alert_settings\` DROP COLUMN \`webhook_disabled_at\`;`)
  await db.run(sql`ALTER TABLE \`alert_settings\` DROP COLUMN \`email_not_before\`;`)
}
