using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;
using Weighhouse.Tracking.Runs;

namespace Weighhouse.Tracking.Params;

/// <summary>Writes params of a run inside a unit of work. A param never changes: the same value again is fine, another one is
/// refused.</summary>
internal static class ParamWriter
{
    private static readonly SqlText AddParam = TrackingSql.Catalog["AddParam"];
    private static readonly SqlText ListParamsOfRun = TrackingSql.Catalog["ListParamsOfRun"];

    /// <summary>The params as they are stored: long values cut. An error names the place of the wrong one.</summary>
    public static Result<IReadOnlyList<Param>> Check(IReadOnlyList<Param> parameters, TrackingOptions options)
    {
        var seen = new HashSet<string>(parameters.Count, StringComparer.Ordinal);
        var twice = new List<string>();
        var kept = new Param[parameters.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            var (key, value) = parameters[i];
            if (EntityName.Refuse(key, $"params[{i}].key", "Param key", options.KeyLengthMax) is { } refusal) return refusal;
            if (value is null) return Error.Invalid($"Missing value for required parameter 'params[{i}].value'.", $"params[{i}].value");
            if (PlainText.Refuse(value, $"params[{i}].value") is { } unfit) return unfit;
            if (!seen.Add(key)) twice.Add($"'{key}'");
            kept[i] = new Param(key, PlainText.Cut(value, options.ParamLengthMax));
        }

        if (twice.Count == 0) return kept;
        return Error.Invalid(
            $"Duplicate parameter keys have been submitted: [{string.Join(", ", twice)}]. Please ensure the request contains only one "
            + "param value per param key.",
            "params");
    }

    /// <param name="parameters">Checked, so no key twice.</param>
    /// <param name="keyNumbers">Each key's number, in order.</param>
    public static async ValueTask<Result<Done>> WriteAsync(
        DbSession session, RunHandle run, IReadOnlyList<Param> parameters, IReadOnlyList<long> keyNumbers)
    {
        if (parameters.Count == 0) return Done.Value;
        var rows = new Row[parameters.Count];
        for (var i = 0; i < rows.Length; i++) rows[i] = new Row(run.RunNo, keyNumbers[i], run.Experiment.Number, parameters[i].Value);
        var added = await session.ExecuteManyAsync(AddParam, rows, static (statement, row) => statement
            .Bind("run_no", row.RunNo).Bind("key_no", row.KeyNo).Bind("experiment_no", row.ExperimentNo).Bind("value", row.Value));
        if (added == rows.Length) return Done.Value;

        var stored = new Dictionary<long, string>();
        await session.Prepare(ListParamsOfRun).Bind("run_no", run.RunNo).ForEachAsync(row =>
        {
            stored[row.Long(0)] = row.Text(1);
            return true;
        });
        return Changed(run.Id, parameters, keyNumbers, stored) is { } error ? error : Done.Value;
    }

    private static Error? Changed(
        RunId run, IReadOnlyList<Param> parameters, IReadOnlyList<long> keyNumbers, Dictionary<long, string> stored)
    {
        var changed = new List<string>();
        for (var i = 0; i < parameters.Count; i++)
        {
            var (key, value) = parameters[i];
            var old = stored[keyNumbers[i]];
            if (old == value) continue;
            if (parameters.Count == 1)
                return Error.Invalid(
                    $"Changing param values is not allowed. Param with key='{key}' was already logged with value='{old}' for run "
                    + $"ID='{run}'. Attempted logging new value '{value}'.",
                    "params");
            changed.Add($"{{'key': '{key}', 'old_value': '{old}', 'new_value': '{value}'}}");
        }

        return changed.Count == 0 ? null : Error.Invalid(
            $"Changing param values is not allowed. Params were already logged='[{string.Join(", ", changed)}]' for run ID='{run}'.",
            "params");
    }

    private readonly record struct Row(long RunNo, long KeyNo, long ExperimentNo, string Value);
}
