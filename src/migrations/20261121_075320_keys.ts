import { MigrateUpArgs, MigrateDownArgs, sql } from '@payloadcms/db-sqlite'

export async function up({ db, payload, req }: MigrateUpArgs): Promise<void> {
  await db.run(sql`CREATE TABLE \`alerts\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`message\` text NOT NULL,
  	\`fix_url\` text,
  	\`kind\` text NOT NULL,
  	\`severity\` text NOT NULL,
  	\`provider\` text,
  	\`credential_id\` text,
  	\`version\` numeric,
  	\`from\` text,
  	\`to\` text,
  	\`raised_at\` text NOT NULL,
  	\`resolved_at\` text,
  	\`acknowledged_at\` text,
  	\`acknowledged_by\` text,
  	\`dedupe_key\` text NOT NULL,
  	\`email_due_at\` text,
  	\`webhook_due_at\` text,
  	\`email_outcomes\` text,
  	\`webhook_outcomes\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`alerts_tenant_idx\` ON \`alerts\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`alerts_kind_idx\` ON \`alerts\` (\`kind\`);`)
  await db.run(sql`CREATE INDEX \`alerts_severity_idx\` ON \`alerts\` (\`severity\`);`)
  await db.run(sql`CREATE INDEX \`alerts_provider_idx\` ON \`alerts\` (\`provider\`);`)
  await db.run(sql`CREATE INDEX \`alerts_credential_id_idx\` ON \`alerts\` (\`credential_id\`);`)
  await db.run(sql`CREATE INDEX \`alerts_raised_at_idx\` ON \`alerts\` (\`raised_at\`);`)
  await db.run(sql`CREATE INDEX \`alerts_resolved_at_idx\` ON \`alerts\` (\`resolved_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`alerts_dedupe_key_idx\` ON \`alerts\` (\`dedupe_key\`);`)
  await db.run(sql`CREATE INDEX \`alerts_email_due_at_idx\` ON \`alerts\` (\`email_due_at\`);`)
  await db.run(sql`CREATE INDEX \`alerts_webhook_due_at_idx\` ON \`alerts\` (\`webhook_due_at\`);`)
  await db.run(sql`CREATE INDEX \`alerts_updated_at_idx\` ON \`alerts\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`alerts_created_at_idx\` ON \`alerts\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`audit_heads\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`sequence\` numeric NOT NULL,
  	\`hash\` text NOT NULL,
  	\`seal\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`audit_heads_tenant_idx\` ON \`audit_heads\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`audit_heads_updated_at_idx\` ON \`audit_heads\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`audit_heads_created_at_idx\` ON \`audit_heads\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`alert_channels\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`email_owners\` integer DEFAULT true,
  	\`webhook_url\` text,
  	\`webhook_secret_version\` numeric,
  	\`webhook_failing_since\` text,
  	\`webhook_disabled_at\` text,
  	\`email_not_before\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`alert_channels_tenant_idx\` ON \`alert_channels\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`alert_channels_updated_at_idx\` ON \`alert_channels\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`alert_channels_created_at_idx\` ON \`alert_channels\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`key_usage\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`provider\` text NOT NULL,
  	\`credential_id\` text NOT NULL,
  	\`day\` text NOT NULL,
  	\`purpose\` text NOT NULL,
  	\`outcome\` text NOT NULL,
  	\`count\` numeric NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE INDEX \`key_usage_tenant_idx\` ON \`key_usage\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`key_usage_updated_at_idx\` ON \`key_usage\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`key_usage_created_at_idx\` ON \`key_usage\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`credentialId_day_purpose_outcome_idx\` ON \`key_usage\` (\`credential_id\`,\`day\`,\`purpose\`,\`outcome\`);`)
  await db.run(sql`CREATE TABLE \`leases\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`name\` text NOT NULL,
  	\`holder\` text NOT NULL,
  	\`until\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`leases_name_idx\` ON \`leases\` (\`name\`);`)
  await db.run(sql`CREATE INDEX \`leases_updated_at_idx\` ON \`leases\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`leases_created_at_idx\` ON \`leases\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`ai_configs\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`provider\` text NOT NULL,
  	\`model_name\` text,
  	\`temperature\` numeric,
  	\`max_tokens\` numeric,
  	\`chosen_at\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE INDEX \`ai_configs_tenant_idx\` ON \`ai_configs\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`ai_configs_updated_at_idx\` ON \`ai_configs\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`ai_configs_created_at_idx\` ON \`ai_configs\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`tenant_provider_1_idx\` ON \`ai_configs\` (\`tenant\`,\`provider\`);`)
  await db.run(sql`CREATE TABLE \`vault_rotations\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`key_id\` text NOT NULL,
  	\`state\` text NOT NULL,
  	\`started_at\` text NOT NULL,
  	\`finished_at\` text,
  	\`counts\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`vault_rotations_key_id_idx\` ON \`vault_rotations\` (\`key_id\`);`)
  await db.run(sql`CREATE INDEX \`vault_rotations_updated_at_idx\` ON \`vault_rotations\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_rotations_created_at_idx\` ON \`vault_rotations\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`vault_nodes\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`node_id\` text NOT NULL,
  	\`current_key_id\` text NOT NULL,
  	\`key_ids\` text NOT NULL,
  	\`seen_at\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`vault_nodes_node_id_idx\` ON \`vault_nodes\` (\`node_id\`);`)
  await db.run(sql`CREATE INDEX \`vault_nodes_seen_at_idx\` ON \`vault_nodes\` (\`seen_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_nodes_updated_at_idx\` ON \`vault_nodes\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_nodes_created_at_idx\` ON \`vault_nodes\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`payload_jobs_log\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` integer NOT NULL,
  	\`id\` text PRIMARY KEY NOT NULL,
  	\`executed_at\` text NOT NULL,
  	\`completed_at\` text NOT NULL,
  	\`task_slug\` text NOT NULL,
  	\`task_i_d\` text NOT NULL,
  	\`input\` text,
  	\`output\` text,
  	\`state\` text NOT NULL,
  	\`error\` text,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`payload_jobs\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`payload_jobs_log_order_idx\` ON \`payload_jobs_log\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_log_parent_id_idx\` ON \`payload_jobs_log\` (\`_parent_id\`);`)
  await db.run(sql`CREATE TABLE \`payload_jobs\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`input\` text,
  	\`completed_at\` text,
  	\`total_tried\` numeric DEFAULT 0,
  	\`has_error\` integer DEFAULT false,
  	\`error\` text,
  	\`task_slug\` text,
  	\`queue\` text DEFAULT 'default',
  	\`wait_until\` text,
  	\`processing\` integer DEFAULT false,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE INDEX \`payload_jobs_completed_at_idx\` ON \`payload_jobs\` (\`completed_at\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_total_tried_idx\` ON \`payload_jobs\` (\`total_tried\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_has_error_idx\` ON \`payload_jobs\` (\`has_error\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_task_slug_idx\` ON \`payload_jobs\` (\`task_slug\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_queue_idx\` ON \`payload_jobs\` (\`queue\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_wait_until_idx\` ON \`payload_jobs\` (\`wait_until\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_processing_idx\` ON \`payload_jobs\` (\`processing\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_updated_at_idx\` ON \`payload_jobs\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`payload_jobs_created_at_idx\` ON \`payload_jobs\` (\`created_at\`);`)
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
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`status_since\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`owner_expires_at\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`last_succeeded_at\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`last_failed_at\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`last_failure_kind\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`next_probe_at\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`probe_failures\` numeric;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`balance_samples\` text;`)
  await db.run(sql`CREATE INDEX \`provider_keys_next_probe_at_idx\` ON \`provider_keys\` (\`next_probe_at\`);`)
  await db.run(sql`ALTER TABLE \`usage\` ADD \`credential_id\` text;`)
  await db.run(sql`CREATE INDEX \`usage_credential_id_idx\` ON \`usage\` (\`credential_id\`);`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`at\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`actor_kind\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`provider\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`credential_id\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`version\` numeric;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`purpose\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`sequence\` numeric;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`previous_hash\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`hash\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`seal\` text;`)
  await db.run(sql`CREATE INDEX \`audit_log_actor_name_idx\` ON \`audit_log\` (\`actor_name\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_provider_idx\` ON \`audit_log\` (\`provider\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_credential_id_idx\` ON \`audit_log\` (\`credential_id\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`tenant_sequence_idx\` ON \`audit_log\` (\`tenant_id\`,\`sequence\`);`)
  await db.run(sql`CREATE INDEX \`tenant_at_idx\` ON \`audit_log\` (\`tenant_id\`,\`at\`);`)
}

export async function down({ db, payload, req }: MigrateDownArgs): Promise<void> {
  await db.run(sql`DROP TABLE \`alerts\`;`)
  await db.run(sql`DROP TABLE \`audit_heads\`;`)
  await db.run(sql`DROP TABLE \`alert_channels\`;`)
  await db.run(sql`DROP TABLE \`key_usage\`;`)
  await db.run(sql`DROP TABLE \`leases\`;`)
  await db.run(sql`DROP TABLE \`ai_configs\`;`)
  await db.run(sql`DROP TABLE \`vault_rotations\`;`)
  await db.run(sql`DROP TABLE \`vault_nodes\`;`)
  await db.run(sql`DROP TABLE \`payload_jobs_log\`;`)
  await db.run(sql`DROP TABLE \`payload_jobs\`;`)
  await db.run(sql`DROP INDEX \`provider_keys_next_probe_at_idx\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`status_since\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`owner_expires_at\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`last_succeeded_at\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`last_failed_at\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`last_failure_kind\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`next_probe_at\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`probe_failures\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`balance_samples\`;`)
  await db.run(sql`DROP INDEX \`usage_credential_id_idx\`;`)
  await db.run(sql`ALTER TABLE \`usage\` DROP COLUMN \`credential_id\`;`)
  await db.run(sql`DROP INDEX \`audit_log_actor_name_idx\`;`)
  await db.run(sql`DROP INDEX \`audit_log_provider_idx\`;`)
  await db.run(sql`DROP INDEX \`audit_log_credential_id_idx\`;`)
  await db.run(sql`DROP INDEX \`tenant_sequence_idx\`;`)
  await db.run(sql`DROP INDEX \`tenant_at_idx\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`at\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`actor_kind\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`provider\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`credential_id\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`version\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`purpose\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`sequence\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`previous_hash\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`hash\`;`)
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
}
