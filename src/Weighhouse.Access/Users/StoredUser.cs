using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

/// <summary>A user as the tables have it.</summary>
internal sealed record StoredUser(long Number, string Name, string? PasswordHash, bool IsDisabled, long CreatedMs)
{
    public static StoredUser Read(DbRow row) => new(row.Long(0), row.Text(1), row.TextOrNull(2), row.Bool(3), row.Long(4));

    public User With(IReadOnlyList<Grant> grants) => new(Name, IsDisabled, CreatedMs, grants);
}

/// <summary>Grants are stored as the text of their scope: "*", "project:NAME", "project:NAME/KIND:OBJECT".</summary>
internal static class ScopeText
{
    public static Result<Scope> Parse(string text)
    {
        if (text is "*") return Scope.Server;
        if (!text.StartsWith("project:", StringComparison.Ordinal)) return Bad(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var project = slash < 0 ? text["project:".Length..] : text["project:".Length..slash];
        if (project.Length == 0) return Bad(text);
        if (slash < 0) return Scope.OfProject(project);
        var colon = text.IndexOf(':', slash);
        if (colon <= slash + 1 || colon == text.Length - 1) return Bad(text);
        return new Scope(project, text[(slash + 1)..colon], text[(colon + 1)..]);
    }

    private static Error Bad(string text) =>
        Error.Invalid($"'{text}' is not a scope: use *, project:NAME or project:NAME/KIND:OBJECT, for example "
            + "project:default/experiment:12.", "scope");
}
