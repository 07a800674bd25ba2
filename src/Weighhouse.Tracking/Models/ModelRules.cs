using System.Buffers;
using Weighhouse.Kernel;
using Weighhouse.Tracking.Keys;

namespace Weighhouse.Tracking.Models;

/// <summary>What a logged model may be called and say of itself, in MLflow's words.</summary>
internal static class ModelRules
{
    private const int NameLengthMax = 500;
    private const int TypeLengthMax = 500;
    private static readonly SearchValues<char> BadCharacters = SearchValues.Create("/:.%\"'");

    public static Error? Refuse(NewLoggedModel model, TrackingOptions options)
    {
        var name = model.Name;
        if (name is not null && (name.Length == 0 || name.AsSpan().IndexOfAny(BadCharacters) >= 0))
            return Error.Invalid(
                $"Invalid model name ('{name}') provided. Model name must be a non-empty string and cannot contain the following "
                + "characters: "
                + "('/', ':', '.', '%', '\"', \"'\")",
                "name");
        if (name?.Length > NameLengthMax) return Error.Invalid($"'name' exceeds the maximum length of {NameLengthMax} characters", "name");
        if (model.ModelType?.Length > TypeLengthMax)
            return Error.Invalid($"'model_type' exceeds the maximum length of {TypeLengthMax} characters", "model_type");
        if (model.SourceRun?.Text.Length > RunId.LengthMax)
            return Error.Invalid($"'source_run_id' exceeds the maximum length of {RunId.LengthMax} characters", "source_run_id");
        if (model.Params?.Count > options.BatchTotalMax || model.Tags?.Count > options.BatchTotalMax)
            return Error.Invalid(
                $"A model is made with at most {options.BatchTotalMax} params and as many tags. Log the others later.", "params");
        return PlainText.Refuse(name, "name")
            ?? PlainText.Refuse(model.ModelType, "model_type")
            ?? PlainText.Refuse(model.SourceRun?.Text, "source_run_id");
    }

    /// <summary>The params as they are stored: long values cut.</summary>
    public static Result<IReadOnlyList<Param>> Check(IReadOnlyList<Param> parameters, TrackingOptions options)
    {
        var kept = new Param[parameters.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            var (key, value) = parameters[i];
            if (EntityName.Refuse(key, $"params[{i}].key", "Param key", options.KeyLengthMax) is { } refusal) return refusal;
            if (value is null) return Error.Invalid($"Missing value for required parameter 'params[{i}].value'.", "params");
            if (PlainText.Refuse(value, $"params[{i}].value") is { } unfit) return unfit;
            kept[i] = new Param(key, PlainText.Cut(value, options.ParamLengthMax));
        }

        return kept;
    }
}
