using Weighhouse.Kernel;

namespace Weighhouse.Access;

/// <summary>What a password must be: long. Demands for odd characters only make people write it down.</summary>
public static class PasswordRules
{
    public const int LengthMin = 8;

    /// <summary>Nobody types more; a longer one would only cost time to hash.</summary>
    public const int LengthMax = 1_024;

    /// <summary>Null when the password will do.</summary>
    public static Error? Refuse(string password) =>
        password.Length is < LengthMin or > LengthMax
            ? Error.Invalid($"A password has {LengthMin} to {LengthMax} characters, not {password.Length}.", "password")
            : null;
}
