using Weighhouse.Access.Projects;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

/// <summary>Grants are stored as the text of their scope: "*", "project:NAME", "project:NAME/KIND:OBJECT".</summary>
internal static class ScopeText
{
    private const int ObjectLengthMax = 1_000;
    private const string ProjectPrefix = "project:";

    public static Result<Scope> Parse(string? text)
    {
        if (text is "*") return Scope.Server;
        if (text is null || !text.StartsWith(ProjectPrefix, StringComparison.Ordinal)) return Bad(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var project = slash < 0 ? text[ProjectPrefix.Length..] : text[ProjectPrefix.Length..slash];
        if (!ProjectName.IsPossible(project)) return Bad(text);
        if (slash < 0) return Scope.OfProject(project);
        var colon = text.IndexOf(':', slash);
        if (colon < 0 || !Scope.Kinds.Contains(text[(slash + 1)..colon])) return Bad(text);
        var name = text[(colon + 1)..];
        if (PlainText.Refuse(name, "scope") is { } odd) return odd;
        return name.Length is > 0 and <= ObjectLengthMax ? new Scope(project, text[(slash + 1)..colon], name) : Bad(text);
    }

    private static Error Bad(string? text) => Error.Invalid(
        $"'{PlainText.Cut(text ?? "", 100)}' is not a scope: use *, project:NAME or project:NAME/KIND:OBJECT with the KIND "
        + $"{string.Join(", ", Scope.Kinds)}; for example project:default/experiment:12.",
        "scope");
}
