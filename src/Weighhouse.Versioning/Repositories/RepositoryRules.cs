using Weighhouse.Kernel;
using Weighhouse.Versioning.Refs;

namespace Weighhouse.Versioning.Repositories;

internal static class RepositoryRules
{
    public static Error? RefuseName(string name, VersioningOptions options)
    {
        if (name.Length > options.RepositoryNameLengthMax)
        {
            return Error.Invalid(
                $"A repository's name has at most {options.RepositoryNameLengthMax} characters; this one has {name.Length}.", "name");
        }

        if (!IsName(name))
        {
            return Error.Invalid(
                $"The repository's name '{PlainText.Cut(name, 100)}' is not one: use letters, digits, '.', '_' and '-', beginning with a "
                + "letter or a digit.",
                "name");
        }

        // Git LFS clients find a repository under NAME.git.
        return name.EndsWith(".git", StringComparison.OrdinalIgnoreCase) || name.Contains("..", StringComparison.Ordinal)
            ? Error.Invalid($"The repository's name '{name}' ends in '.git' or has '..'. Choose another.", "name")
            : null;
    }

    public static Error? RefuseDescription(string? description, VersioningOptions options)
    {
        if (description is null) return null;
        return description.Length > options.DescriptionLengthMax
            ? Error.Invalid(
                $"A description has at most {options.DescriptionLengthMax} characters; this one has {description.Length}.", "description")
            : PlainText.Refuse(description, "description");
    }

    public static Error? RefuseBranch(string branch, VersioningOptions options) => RefRules.Refuse(Ref.Heads + branch, options);

    private static bool IsName(string name)
    {
        if (name.Length == 0 || !char.IsAsciiLetterOrDigit(name[0])) return false;
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-')) return false;
        }

        return true;
    }
}
