using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Stages;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Gates;

internal sealed class GateService(
    IDatabase database, RegistryWriter writer, DemandsReader demands, DoorKeeper keeper, FileRules files, GateRunner runner,
    IAuditLog audit, TimeProvider time, IdGenerator ids, RegistryOptions options) : IGates
{
    public ValueTask<Result<StageRulesText>> RulesAsync(
        Principal caller, string project, string? model, CancellationToken cancellation) =>
        database.ReadAsync<Result<StageRulesText>>(
            async session =>
            {
                if (model is null)
                {
                    return caller.Refuse(Permission.View, Scope.OfProject(project)) is { } refusal
                        ? refusal
                        : await RulesTable.OfProjectAsync(session, project);
                }

                var found = await ModelTable.FindAsync(session, caller, model, Permission.View);
                return found.TryGet(out var stored, out var error) ? await RulesTable.OfModelAsync(session, stored) : error;
            },
            cancellation);

    public async ValueTask<Result<StageRulesText>> SetRulesAsync(
        Principal caller, string project, string? model, string text, CancellationToken cancellation)
    {
        if (PlainText.Refuse(text, "text") is { } noText) return noText;
        if (!RulesText.Parse(text, options).TryGet(out var rules, out var error)) return error;
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var before = "";
        var set = await database.WriteAsync<StageRulesText>(
            async session =>
            {
                StoredModel? stored = null;
                if (model is null)
                {
                    if (caller.Refuse(Permission.Administer, Scope.OfProject(project)) is { } refusal) return refusal;
                    before = (await RulesTable.OfProjectAsync(session, project)).Text;
                }
                else
                {
                    var found = await ModelTable.FindAsync(session, caller, model, Permission.Administer);
                    if (!found.TryGet(out stored, out var missing)) return missing;
                    before = (await RulesTable.OfModelAsync(session, stored)).Text;
                }

                var home = stored?.Project ?? project;
                if (Unknown(rules, await StageTable.OfAsync(session, home), home) is { } unknown) return unknown;
                return await RulesTable.AddAsync(session, home, stored, text, caller.Name, nowMs);
            },
            cancellation);
        if (set.IsFailure) return set;
        var subject = model is null ? $"project:{project}" : $"model:{model}";
        await audit.AppendAsync(
            new AuditEntry(
                caller.Name, model is null ? "project.rules" : "model.rules", subject, EventJson.Of(("text", before)),
                EventJson.Of(("text", text))),
            cancellation);
        return set;
    }

    public async ValueTask<Result<StageChecks>> CheckAsync(
        Principal caller, ModelVersionId id, string stage, CancellationToken cancellation)
    {
        if (!(await files.OfAsync(caller, id, cancellation)).TryGet(out var rules, out var error)) return error;
        return await database.ReadAsync(session => CheckAsync(session, caller, rules, stage), cancellation);
    }

    public async ValueTask<Result<StageChecks>> RunAsync(
        Principal caller, ModelVersionId id, string stage, bool isForced, CancellationToken cancellation)
    {
        if (!(await files.OfAsync(caller, id, cancellation)).TryGet(out var rules, out var error)) return error;
        var ran = await runner.RunDueAsync(caller, rules, stage, isForced, cancellation);
        if (ran.IsFailure) return ran.Error;
        return await database.ReadAsync(session => CheckAsync(session, caller, rules, stage), cancellation);
    }

    public async ValueTask<Result<GateRun>> ReportAsync(
        Principal caller, ModelVersionId id, string gate, GateReport report, CancellationToken cancellation)
    {
        if (GateReportRules.Refuse(report, options) is { } bad) return bad;
        if (!(await files.OfAsync(caller, id, cancellation)).TryGet(out var rules, out var error)) return error;
        var runId = ids.Hex32();
        return await writer.ChangeAsync<GateRun>(
            caller,
            id,
            async (session, change, model, version) =>
            {
                if (rules.Refuse(version.Version) is { } changed) return changed;
                if (!(await demands.SourcesAsync(session, model, rules.Rules)).TryGet(out var sources, out var wrong)) return wrong;
                var named = sources.All.SelectMany(static source => source.Rules.Gates).OfType<ExternalGate>()
                    .Where(known => known.Name == gate).DistinctBy(static known => known.Id).ToArray();
                if (named.Length == 0)
                    return Error.NotFound($"There is no gate '{gate}' of kind external for {id}. Declare it in the rules.");
                if (Array.Find(named, known => known.Reporters.Contains(caller.Name)) is not { } own)
                {
                    return Error.Denied(
                        $"Gate '{gate}' takes reports of {string.Join(", ", named.SelectMany(static known => known.Reporters))} only, "
                        + $"not of '{caller.Name}'.");
                }

                var inputs = GateInputs.Of(
                    ("commit", version.Version.Commit?.Id.ToString()), ("link", report.Link), ("report", runId));
                var verdict = report.Passed ? GateVerdict.Passed : GateVerdict.Failed;
                return await GateRecorder.AddAsync(
                    session, change, model, version, own, inputs, new GateOutcome(verdict, report.Message, report.Figures), runId);
            },
            cancellation);
    }

    public ValueTask<Result<Page<GateRun>>> ListAsync(
        Principal caller, ModelVersionId id, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.GatePageMax)
            return new(Error.Invalid($"A page has 1 to {options.GatePageMax} runs; {page.Size} were asked for.", "page_size"));
        var query = $"gate runs\n{id}";
        if (!Keyset.Before(query, page.Token).TryGet(out var before, out var error)) return new(error);
        return database.ReadAsync<Result<Page<GateRun>>>(
            async session =>
            {
                var known = await ModelTable.FindAsync(session, caller, id.Model, Permission.View);
                if (!known.TryGet(out var model, out var missing)) return missing;
                if (!(await VersionTable.FindAsync(session, model, id.Version)).TryGet(out var version, out missing)) return missing;
                var runs = await GateRunTable.ListAsync(session, version, before, page.Size + 1L);
                var shown = runs.Take(page.Size).Select(static run => run.Run).ToArray();
                return new Page<GateRun>(shown, runs.Count > page.Size ? Keyset.Token(query, runs[page.Size - 1].Number) : null);
            },
            cancellation);
    }

    private async ValueTask<Result<StageChecks>> CheckAsync(DbSession session, Principal caller, VersionRules rules, string stageName)
    {
        var known = await ModelTable.FindAsync(session, caller, rules.Id.Model, Permission.View);
        if (!known.TryGet(out var model, out var error)) return error;
        if (!(await VersionTable.FindAsync(session, model, rules.Id.Version)).TryGet(out var version, out error)) return error;
        if (rules.Refuse(version.Version) is { } changed) return changed;
        var stages = await StageTable.OfAsync(session, model.Project);
        if (!stages.Find(stageName).TryGet(out var stage, out error)) return error;
        if (!(await demands.SourcesAsync(session, model, rules.Rules)).TryGet(out var sources, out error)) return error;
        var asked = Demands.Of(stage, stages.IsActive(stage) ? sources : RuleSources.None);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!(await keeper.FindAsync(session, model, version, asked, nowMs)).TryGet(out var findings, out error)) return error;
        return new StageChecks(
            rules.Id, stage.Name, findings.Gates, asked.Approvals, asked.Reviewers, asked.FourEyes, findings.Request?.Request,
            findings.Problems);
    }

    private static Error? Unknown(RuleSet rules, StageList stages, string project)
    {
        foreach (var rule in rules.Stages)
        {
            if (stages.Active.Any(stage => rule.Is(stage.Name))) continue;
            return Error.Invalid(
                $"Rules are for the stages between the first and the last of project '{project}': "
                + $"{string.Join(", ", stages.Active.Select(static stage => stage.Name))}; '{rule.Stage}' is none.",
                "text");
        }

        return null;
    }
}
