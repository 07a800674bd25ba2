using System.Buffers;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Users;

/// <summary>What a user may be called. Names stand in logs, in keys of limits and in the audit log, so that odd ones stay out.</summary>
internal static class UserName
{
    private const int LengthMax = 100;

    /// <summary>Actors of the audit log that are nobody's account: a user called so could pass for them.</summary>
    private static readonly string[] Reserved = ["local", "system", "anonymous", AccessDoor.ConfigurationActor];

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@+");

    /// <summary>Whether a user of this name can exist: what cannot is never looked up.</summary>
    public static bool IsPossible(string name) => name.Length is > 0 and <= LengthMax && !name.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>Null when a user may be created under the name.</summary>
    public static Error? Refuse(string name)
    {
        if (!IsPossible(name)) return Error.Invalid($"A user name has 1 to {LengthMax} letters, digits or . _ - @ +.", "name");
        return Reserved.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? Error.Invalid($"'{name}' is a name Weighhouse uses itself. Choose another.", "name")
            : null;
    }
}
