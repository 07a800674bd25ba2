using System.Security.Cryptography;

namespace Weighhouse.Kernel;

/// <summary>The one source of chance for identifiers. Tests pass a seeded one.</summary>
public abstract class IdGenerator
{
    /// <summary>Identifiers nobody can guess, from the operating system.</summary>
    public static IdGenerator Secure { get; } = new SecureIds();

    /// <summary>Identifiers that repeat with the seed, for tests and simulations.</summary>
    public static IdGenerator Seeded(int seed) => new SeededIds(seed);

    public abstract void Fill(Span<byte> bytes);

    /// <summary>A number from 0 up to but not including <paramref name="limit"/>.</summary>
    public int Below(int limit)
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return (int)(BitConverter.ToUInt64(bytes) % (ulong)limit);
    }

    /// <summary>32 lower-case hexadecimal digits, the shape of a run id.</summary>
    public string Hex32()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private sealed class SecureIds : IdGenerator
    {
        public override void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
    }

    private sealed class SeededIds(int seed) : IdGenerator
    {
#pragma warning disable RS0030, CA5394 // The seed is the point: a test prints it and repeats the run.
        private readonly Random _random = new(seed);

        public override void Fill(Span<byte> bytes)
        {
            lock (_random) _random.NextBytes(bytes);
        }
#pragma warning restore RS0030, CA5394
    }
}
