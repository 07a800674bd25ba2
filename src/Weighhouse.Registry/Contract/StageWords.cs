using Weighhouse.Kernel;

namespace Weighhouse.Registry;

/// <summary>Stages as people write them.</summary>
public static class StageWords
{
    /// <summary>The stage of the name, whatever its case.</summary>
    public static Result<ModelStage> Parse(string text)
    {
        foreach (var stage in Enum.GetValues<ModelStage>())
            if (stage.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) return stage;
        return Error.Invalid(
            $"Invalid Model Version stage: {text}. Value must be one of {string.Join(", ", Enum.GetNames<ModelStage>())}.", "stage");
    }
}
