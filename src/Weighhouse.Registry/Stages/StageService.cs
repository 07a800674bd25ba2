using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Stages;

internal sealed class StageService(IDatabase database, IAuditLog audit, RegistryOptions options) : IStages
{
    public async ValueTask<Result<StageList>> GetAsync(Principal caller, string project, CancellationToken cancellation)
    {
        if (!MayView(caller, project)) return caller.Refuse(Permission.View, Scope.OfProject(project))!;
        return await database.ReadAsync(session => StageTable.OfAsync(session, project), cancellation);
    }

    public async ValueTask<Result<StageList>> SetAsync(
        Principal caller, string project, IReadOnlyList<Stage> stages, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.OfProject(project)) is { } denied) return denied;
        if (StageRules.Refuse(stages, options) is { } refusal) return refusal;
        var before = StageList.Default;
        var set = await database.WriteAsync<StageList>(
            async session =>
            {
                before = await StageTable.OfAsync(session, project);
                foreach (var (stage, count) in await StageTable.CountAsync(session, project))
                {
                    if (stages.Any(kept => kept.Name == stage)) continue;
                    return Error.Precondition(
                        $"{count} {(count == 1 ? "version is" : "versions are")} in stage {stage} of project '{project}', which is not "
                        + "among the new stages. Move them first.");
                }

                if (stages[0].Name != before.First.Name && (await StageTable.CountAsync(session, project)).Count > 0)
                {
                    return Error.Precondition(
                        $"Versions of project '{project}' began in {before.First.Name}: it stays the first stage while there are any.");
                }

                await StageTable.SetAsync(session, project, stages);
                return new StageList(stages);
            },
            cancellation);
        if (set.IsFailure) return set;
        await audit.AppendAsync(
            new AuditEntry(caller.Name, "project.stages", $"project:{project}", JsonOf(before), JsonOf(set.Value)), cancellation);
        return set;
    }

    /// <summary>Who may view one model of the project knows its stages already.</summary>
    private static bool MayView(Principal caller, string project) =>
        caller.Can(Permission.View, Scope.OfProject(project))
        || caller.Grants.Any(grant => grant.Scope.Project == project && caller.Can(Permission.View, grant.Scope));

    private static string JsonOf(StageList list) => JsonSerializer.Serialize(list.Stages, StoredJson.Default.IReadOnlyListStage);
}
