using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

/// <summary>Roles as people write them.</summary>
internal static class RoleText
{
    private static readonly Dictionary<string, Role> Roles = Enum.GetValues<Role>().ToDictionary(Of, StringComparer.OrdinalIgnoreCase);

    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>The role; "none" is one only where a role can be taken away.</summary>
    public static Result<Role> Parse(string? text, string field, bool mayBeNone = false)
    {
        if (text is not null && Roles.TryGetValue(text, out var role) && (mayBeNone || role is not Role.None)) return role;
        var known = Roles.Keys.Where(name => mayBeNone || Roles[name] is not Role.None);
        return Error.Invalid($"'{PlainText.Cut(text ?? "", 100)}' is not a role: use {string.Join(", ", known)}.", field);
    }
}
