using System.Security.Cryptography;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Notices.Secrets;

/// <summary>
/// Seals secrets that have to be read again, so that whoever reads the database alone has none of them: AES-256-GCM with a key beside the
/// database, or one that the operator gives. What is sealed for one hook cannot be opened for another.
/// </summary>
internal sealed class SecretBox(NoticesOptions options, DatabaseOptions database)
{
    private const int KeySize = 32, NonceSize = 12, TagSize = 16;
    private const byte Version = 1;

    private readonly Lock _gate = new();
    private byte[]? _key;

    /// <summary>Null when there is or can be a key.</summary>
    public Error? Problem => options.SecretKey is null && database.Engine is DatabaseEngine.PostgreSql
        ? Error.Precondition("A secret cannot be kept: servers over one PostgreSQL need one key for all. Give them WEIGH_SECRET_KEY.")
        : null;

    public byte[] Seal(string secret, string owner, IdGenerator chance)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[1 + NonceSize + plain.Length + TagSize];
        box[0] = Version;
        chance.Fill(box.AsSpan(1, NonceSize));
        using var cipher = new AesGcm(Key(), TagSize);
        cipher.Encrypt(
            box.AsSpan(1, NonceSize), plain, box.AsSpan(1 + NonceSize, plain.Length), box.AsSpan(box.Length - TagSize),
            Encoding.UTF8.GetBytes(owner));
        return box;
    }

    /// <summary>Null when it cannot be opened: the key is another one, or the box was touched.</summary>
    public string? Open(byte[] box, string owner)
    {
        if (box.Length < 1 + NonceSize + TagSize || box[0] != Version) return null;
        var plain = new byte[box.Length - 1 - NonceSize - TagSize];
        try
        {
            using var cipher = new AesGcm(Key(), TagSize);
            cipher.Decrypt(
                box.AsSpan(1, NonceSize), box.AsSpan(1 + NonceSize, plain.Length), box.AsSpan(box.Length - TagSize), plain,
                Encoding.UTF8.GetBytes(owner));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private byte[] Key()
    {
        lock (_gate) return _key ??= options.SecretKey is { } given ? SHA256.HashData(Encoding.UTF8.GetBytes(given)) : OwnKey();
    }

    private byte[] OwnKey()
    {
        var path = Path.Combine(options.Folder, "secrets.key");
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: KeySize } kept) return kept;
        Directory.CreateDirectory(options.Folder);
        var key = RandomNumberGenerator.GetBytes(KeySize);
        var file = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(path + ".new", file))
        {
            stream.Write(key);
            stream.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        return key;
    }
}
