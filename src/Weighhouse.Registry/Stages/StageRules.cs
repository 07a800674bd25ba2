using Weighhouse.Kernel;

namespace Weighhouse.Registry.Stages;

/// <summary>What the stages of a project may be.</summary>
internal static class StageRules
{
    /// <summary>Where a version begins, at least one place to go, and where it goes when another replaces it.</summary>
    private const int StagesMin = 3;

    public static Error? Refuse(IReadOnlyList<Stage> stages, RegistryOptions options)
    {
        if (stages.Count < StagesMin || stages.Count > options.StagesMax)
            return Error.Invalid($"A project has {StagesMin} to {options.StagesMax} stages, not {stages.Count}.", "stages");
        foreach (var stage in stages)
        {
            if (!IsName(stage.Name, options.StageNameLengthMax))
            {
                return Error.Invalid(
                    $"'{PlainText.Cut(stage.Name, 80)}' is no stage: use letters of ASCII, digits, '-' and '_', beginning with a letter, "
                    + $"at most {options.StageNameLengthMax}.",
                    "stages");
            }
        }

        if (stages.DistinctBy(static stage => stage.Name, StringComparer.OrdinalIgnoreCase).Count() != stages.Count)
            return Error.Invalid("Two stages have the same name; letters that differ in nothing but their case are the same.", "stages");
        return stages[0].IsProtected
            ? Error.Invalid($"'{stages[0].Name}' is the first stage, where every version begins: it cannot be protected.", "stages")
            : null;
    }

    private static bool IsName(string? name, int lengthMax)
    {
        if (string.IsNullOrEmpty(name) || name.Length > lengthMax || !char.IsAsciiLetter(name[0])) return false;
        foreach (var letter in name)
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')) return false;
        return true;
    }
}
