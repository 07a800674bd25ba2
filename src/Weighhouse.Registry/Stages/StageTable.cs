using Weighhouse.Data;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Stages;

/// <summary>The stages of projects, inside a session.</summary>
internal static class StageTable
{
    private static readonly SqlText ListStages = RegistrySql.Catalog["ListStages"];
    private static readonly SqlText AddStage = RegistrySql.Catalog["AddStage"];
    private static readonly SqlText DeleteStages = RegistrySql.Catalog["DeleteStages"];
    private static readonly SqlText CountVersionsByStage = RegistrySql.Catalog["CountVersionsByStage"];
    private static readonly SqlText ListStagesInUse = RegistrySql.Catalog["ListStagesInUse"];

    public static async ValueTask<StageList> OfAsync(DbSession session, string project)
    {
        var rows = await session.Prepare(ListStages).Bind("project", project)
            .ListAsync(static row => new Stage(row.Text(0), row.Bool(1), row.Bool(2)));
        return rows.Count == 0 ? StageList.Default : new StageList(rows);
    }

    public static async ValueTask SetAsync(DbSession session, string project, IReadOnlyList<Stage> stages)
    {
        await session.Prepare(DeleteStages).Bind("project", project).ExecuteAsync();
        await session.ExecuteManyAsync(AddStage, [.. stages.Index()], (statement, stage) => statement
            .Bind("project", project).Bind("position", stage.Index).Bind("name", stage.Item.Name)
            .Bind("archives_others", stage.Item.ArchivesOthers).Bind("is_protected", stage.Item.IsProtected));
    }

    /// <summary>The stages that versions of the model are in.</summary>
    public static async ValueTask<IReadOnlyList<string>> InUseAsync(DbSession session, StoredModel model) =>
        await session.Prepare(ListStagesInUse).Bind("model_no", model.Number).ListAsync(static row => row.Text(0));

    /// <summary>How many versions of the project's models are in each stage that has any.</summary>
    public static async ValueTask<IReadOnlyList<(string Stage, long Count)>> CountAsync(DbSession session, string project) =>
        await session.Prepare(CountVersionsByStage).Bind("project", project).ListAsync(static row => (row.Text(0), row.Long(1)));
}
