import { readFile } from "node:fs/promises";
import { botSettingsSchema, processorSettingsSchema } from "@groovesheet/jobs/settings.ts";
import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1";
import { Deployment } from "kubernetes-models/apps/v1";
import { ConfigMap, Service } from "kubernetes-models/v1";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a shape of its own, which the schemas check
  readonly [field: string]: any;
}

const file = new URL("../../ops/kubernetes/groovesheet.yaml", import.meta.url);
const resources = parseAllDocuments(await readFile(file, "utf8")).map((document) => document.toJS() as Resource);
const models = { ConfigMap, Deployment, Service, ScaledObject };
const named = (kind: string, name: string) =>
  resources.find((resource) => resource.kind === kind && resource.metadata.name === name)!;
const validate = (resource: Resource) => {
  const Model = models[resource.kind as keyof typeof models] as new (data: object) => { validate(): void };
  new Model(resource).validate();
};

test.each(resources.map((resource) => [resource.kind, resource.metadata.name, resource] as const))(
  "%s %s is valid under the schema of Kubernetes or KEDA",
  (_, __, resource) => {
    expect(() => validate(resource)).not.toThrow();
    expect(() => validate({ ...resource, kind: resource.kind, metadata: { name: 3 as never } })).toThrow();
  },
);

test("processors scale to zero by a metric of the bot, and a running job has time to end", () => {
  const { spec } = named("ScaledObject", "groovesheet-processor");
  const [trigger] = spec.triggers;
  expect(spec.minReplicaCount).toBe(0);
  expect(trigger.metadata.valueLocation).toBe("groovesheet_backlog_jobs");
  expect(trigger.metadata.url).toContain(named("Service", "groovesheet-bot").metadata.name);
  const pod = named("Deployment", spec.scaleTargetRef.name).spec.template.spec;
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(processorSettingsSchema.parse({}).SHUTDOWN_SECONDS);
});

test("the manifests set only settings that exist", () => {
  const settings = { ...botSettingsSchema.shape, ...processorSettingsSchema.shape };
  for (const key of Object.keys(named("ConfigMap", "groovesheet").data)) expect(settings).toHaveProperty(key);
});

test("pods run as an unprivileged user on a read-only root with a memory limit", () => {
  for (const { spec } of resources.filter(({ kind }) => kind === "Deployment")) {
    const pod = spec.template.spec;
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    for (const container of pod.containers) {
      expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
      expect(container.resources.limits.memory).toMatch(/^\d+[MG]i$/);
      expect([container.livenessProbe.httpGet.path, container.readinessProbe.httpGet.path]).toEqual([
        "/healthz",
        "/readyz",
      ]);
    }
  }
});
