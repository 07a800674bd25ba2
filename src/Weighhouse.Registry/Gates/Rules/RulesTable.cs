using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>What stages ask, inside a session.</summary>
internal static class RulesTable
{
    private static readonly SqlText FindProjectRules = RegistrySql.Catalog["FindProjectRules"];
    private static readonly SqlText FindModelRules = RegistrySql.Catalog["FindModelRules"];
    private static readonly SqlText AddRules = RegistrySql.Catalog["AddRules"];

    private static readonly StageRulesText None = new("", 0, null, null);

    public static async ValueTask<StageRulesText> OfProjectAsync(DbSession session, string project) =>
        await session.Prepare(FindProjectRules).Bind("project", project).FirstAsync(Read) ?? None;

    public static async ValueTask<StageRulesText> OfModelAsync(DbSession session, StoredModel model) =>
        await session.Prepare(FindModelRules).Bind("model_no", model.Number).FirstAsync(Read) ?? None;

    public static async ValueTask<StageRulesText> AddAsync(
        DbSession session, string project, StoredModel? model, string text, string actor, long nowMs)
    {
        var number = await session.Prepare(AddRules)
            .Bind("project", project).Bind("model_no", model?.Number).Bind("text", text).Bind("actor", actor).Bind("at_ms", nowMs)
            .LongAsync();
        Invariant.That(number is not null);
        return new StageRulesText(text, number.Value, actor, nowMs);
    }

    private static StageRulesText Read(DbRow row) => new(row.Text(1), row.Long(0), row.Text(2), row.Long(3));
}
