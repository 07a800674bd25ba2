using System.Security.Cryptography;

namespace Weighhouse.Access.Users;

/// <summary>PBKDF2-HMAC-SHA512, as <c>pbkdf2-sha512$ROUNDS$SALT$HASH</c> in base64. About 100 ms a check, on purpose.</summary>
internal static class PasswordHash
{
    private const string Scheme = "pbkdf2-sha512";
    private const int Rounds = 210_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    public static string Make(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return $"{Scheme}${Rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(password, salt, Rounds, HashBytes))}";
    }

    /// <summary>A null hash (no such user, no password) costs the same time as a wrong password.</summary>
    public static bool Verify(string password, string? hash)
    {
        var parts = (hash ?? $"{Scheme}${Rounds}$AAAAAAAAAAAAAAAAAAAAAA==$").Split('$');
        if (parts.Length != 4 || parts[0] != Scheme || !int.TryParse(parts[1], out var rounds)) return false;
        var expected = Convert.FromBase64String(parts[3]);
        var actual = Derive(password, Convert.FromBase64String(parts[2]), rounds, Math.Max(expected.Length, 1));
        return hash is not null && CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    private static byte[] Derive(string password, byte[] salt, int rounds, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA512, length);
}
