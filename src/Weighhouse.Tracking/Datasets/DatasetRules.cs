using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Datasets;

/// <summary>What a dataset logged as an input may say, in MLflow's words and limits.</summary>
internal static class DatasetRules
{
    /// <summary>The tag that says what a dataset was used for: "training", "eval".</summary>
    public const string ContextKey = "mlflow.data.context";

    private const int NameLengthMax = 500;
    private const int DigestLengthMax = 36;
    private const int SchemaLengthMax = 1_048_575;
    private const int SourceLengthMax = 65_535;
    private const int ProfileLengthMax = 16_777_215;
    private const int TagKeyLengthMax = 255;
    private const int TagValueLengthMax = 500;

    public static Error? Refuse(DatasetInput input)
    {
        var dataset = input.Dataset;
        if (dataset is null) return Error.Invalid("Dataset cannot be None", "dataset");
        var refused = Refuse("name", dataset.Name, NameLengthMax)
            ?? Refuse("digest", dataset.Digest, DigestLengthMax)
            ?? Refuse("source_type", dataset.SourceType, NameLengthMax)
            ?? Refuse("source", dataset.Source, SourceLengthMax)
            ?? (dataset.Schema is null ? null : Refuse("schema", dataset.Schema, SchemaLengthMax))
            ?? (dataset.Profile is null ? null : Refuse("profile", dataset.Profile, ProfileLengthMax));
        if (refused is not null) return refused;
        foreach (var tag in input.Tags)
        {
            if (tag.Key is null) return Error.Invalid("InputTag key cannot be None", "tags");
            if (tag.Value is null) return Error.Invalid("InputTag value cannot be None", "tags");
            if ((Refuse("key", tag.Key, TagKeyLengthMax) ?? Refuse("value", tag.Value, TagValueLengthMax)) is { } badTag) return badTag;
        }

        return null;
    }

    private static Error? Refuse(string name, string? text, int lengthMax)
    {
        if (text is null) return Error.Invalid($"Dataset {name} cannot be None", name);
        if (text.Length > lengthMax) return Error.Invalid($"'{name}' exceeds the maximum length of {lengthMax} characters", name);
        return PlainText.Refuse(text, name);
    }
}
