using Weighhouse.Trust.Signing;

namespace Weighhouse.Registry.Gates.Rules;

/// <summary>Reads the keys that are trusted.</summary>
internal static class KeyRules
{
    public static RuleKey Read(RulesMapping key)
    {
        var read = new RuleKey(
            key.Need("name"), key.Need("pem"), key.Instant("from"), key.Instant("until"), key.Instant("revoked"));
        if (read.Pem.Length > 0 && TrustedKey.FromPem(read.Name, read.Pem).Error is { } wrong) key.Problem(wrong.Message);
        key.Finish();
        return read;
    }

    /// <summary>What was read has been checked, so that it is a key.</summary>
    public static TrustedKey Of(RuleKey key) =>
        TrustedKey.FromPem(key.Name, key.Pem).Value with { FromMs = key.FromMs, UntilMs = key.UntilMs, RevokedMs = key.RevokedMs };
}
