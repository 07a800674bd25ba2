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
    private long _generation;

    /// <summary>Names the credential and the moment: what is verified from here on is kept, unless something changes meanwhile.</summary>
    public CacheKey KeyOf(string credential)
    {
        var generation = Interlocked.Read(ref _generation);
        Span<byte> hash = stackalloc byte[Digest.Size];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(credential), hash);
        return new CacheKey(new Digest(hash), generation);
    }

    public Principal? Find(CacheKey key)
    {
        if (!_entries.TryGetValue(key.Credential, out var entry)) return null;
        var isCurrent = entry.Generation == Interlocked.Read(ref _generation);
        if (isCurrent && time.GetElapsedTime(entry.Since) < entry.Lifetime) return entry.Principal;
        _entries.TryRemove(new KeyValuePair<Digest, Entry>(key.Credential, entry));
        return null;
    }

    /// <summary>Believes the principal for a while, and never past the end of its token or session.</summary>
    public void Keep(CacheKey key, Principal principal)
    {
        var lifetime = options.CredentialLifetime;
        if (principal.Proof.UntilMs is { } until)
        {
            var left = TimeSpan.FromMilliseconds(until - time.GetUtcNow().ToUnixTimeMilliseconds());
            if (left < lifetime) lifetime = left;
        }

        // Full means thousands of distinct credentials within a minute: starting over costs each one check, keeping order every request.
        if (_entries.Count >= options.CredentialsMax) _entries.Clear();
        _entries[key.Credential] = new Entry(principal, key.Generation, time.GetTimestamp(), lifetime);
    }

    /// <summary>
    /// After any change of users, grants, tokens or sessions. What is being verified meanwhile, from facts read before the change,
    /// belongs to the generation that ends here.
    /// </summary>
    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        _entries.Clear();
    }

    private readonly record struct Entry(Principal Principal, long Generation, long Since, TimeSpan Lifetime);
}

/// <summary>A credential without its secret, and what the cache knew when it was asked.</summary>
internal readonly record struct CacheKey(Digest Credential, long Generation);
