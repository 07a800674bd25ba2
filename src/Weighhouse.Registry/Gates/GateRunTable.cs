using System.Text.Json;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry.Gates;

/// <summary>A run as it is stored.</summary>
/// <param name="Champion">The version it was compared with; null when with none.</param>
internal sealed record StoredRun(GateRun Run, long? Champion, string InputsId, long Number = 0);

/// <summary>What a check found.</summary>
internal sealed record GateOutcome(GateVerdict Verdict, string Message, IReadOnlyList<GateFigure> Figures)
{
    public static GateOutcome Undecided(string message) => new(GateVerdict.Undecided, message, []);
}

/// <summary>What a check looks at: the same inputs give the same outcome.</summary>
internal sealed record GateInputs(SortedDictionary<string, string> Members, long? Champion = null)
{
    public string Json => JsonSerializer.Serialize(Members, StoredJson.Default.SortedDictionaryStringString);

    public static GateInputs Of(params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var known = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
            if (value is not null) known[name] = value;
        return new GateInputs(known);
    }
}

/// <summary>Runs of gates, inside a session.</summary>
internal static class GateRunTable
{
    private static readonly SqlText FindLastGateRun = RegistrySql.Catalog["FindLastGateRun"];
    private static readonly SqlText AddGateRun = RegistrySql.Catalog["AddGateRun"];
    private static readonly SqlText ListGateRuns = RegistrySql.Catalog["ListGateRuns"];

    public static ValueTask<StoredRun?> LastAsync(DbSession session, StoredVersion version, GateDefinition gate) =>
        session.Prepare(FindLastGateRun).Bind("version_no", version.Number).Bind("definition_id", gate.Id)
            .FirstAsync(row => Read(row, version.Version.Id, 0));

    public static ValueTask<List<StoredRun>> ListAsync(DbSession session, StoredVersion version, long before, long limit) =>
        session.Prepare(ListGateRuns).Bind("version_no", version.Number).Bind("before_no", before).Bind("limit", limit)
            .ListAsync(row => Read(row, version.Version.Id, row.Long(12)));

    public static async ValueTask AddAsync(
        DbSession session, StoredVersion version, GateDefinition gate, GateInputs inputs, GateRun run)
    {
        var json = inputs.Json;
        await session.Prepare(AddGateRun)
            .Bind("run_id", run.Id)
            .Bind("version_no", version.Number)
            .Bind("gate", gate.Name)
            .Bind("kind", gate.Kind)
            .Bind("definition_json", gate.Canonical)
            .Bind("definition_id", gate.Id)
            .Bind("inputs_json", json)
            .Bind("inputs_id", Canonical.IdOf(json))
            .Bind("figures_json", JsonSerializer.Serialize(run.Figures, StoredJson.Default.IReadOnlyListGateFigure))
            .Bind("verdict", (long)run.Verdict)
            .Bind("message", run.Message)
            .Bind("champion", inputs.Champion)
            .Bind("actor", run.Actor)
            .Bind("at_ms", run.AtMs)
            .ExecuteAsync();
    }

    private static StoredRun Read(DbRow row, ModelVersionId version, long number) => new(
        new GateRun(
            row.Text(0), version, row.Text(1), row.Text(2), row.Text(3),
            JsonSerializer.Deserialize(row.Text(4), StoredJson.Default.SortedDictionaryStringString)!,
            JsonSerializer.Deserialize(row.Text(5), StoredJson.Default.IReadOnlyListGateFigure)!,
            (GateVerdict)row.Long(6), row.Text(7), row.Text(8), row.Long(9)),
        row.LongOrNull(10), row.Text(11), number);
}
