using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Door;

/// <summary>
/// Credentials verified a moment ago. MLflow clients send Basic with every call and a password costs 100 ms to check: without this the
/// door would be its own denial of service. Keys are HMACs under a key of this process, so that memory holds no password.
/// </summary>
internal sealed class CredentialCache(AccessOptions options, TimeProvider time)
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<Digest, Entry> _entries = new();

    public Principal? Find(string credential, out Digest key)
    {
        key = KeyOf(credential);
        if (!_entries.TryGetValue(key, out var entry)) return null;
        if (time.GetElapsedTime(entry.Since) < options.CredentialLifetime) return entry.Principal;
        _entries.TryRemove(key, out _);
        return null;
    }

    public void Keep(Digest key, Principal principal)
    {
        // Full means thousands of distinct credentials within a minute: starting over costs each one check, keeping order costs
        // every request.
        if (_entries.Count >= options.CredentialsMax) _entries.Clear();
        _entries[key] = new Entry(principal, time.GetTimestamp());
    }

    /// <summary>After any change of users, grants or tokens.</summary>
    public void Clear() => _entries.Clear();

    private Digest KeyOf(string credential)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(credential), hash);
        return new Digest(hash);
    }

    private readonly record struct Entry(Principal Principal, long Since);
}
