namespace Weighhouse.Tests.Onnx;

/// <summary>What happens to files: bytes change, go, come twice, end early.</summary>
internal static class Damage
{
    public static byte[] Of(byte[] sound, Random random)
    {
        var bytes = (byte[])sound.Clone();
        for (var i = random.Next(1, 4); i > 0 && bytes.Length > 2; i--)
        {
            var at = random.Next(bytes.Length);
            var length = Math.Min(random.Next(1, 16), bytes.Length - at);
            switch (random.Next(6))
            {
                case 0 or 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 3: bytes = [.. bytes[..at], .. bytes[(at + length)..]]; break;
                case 4: bytes = [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]]; break;
                default: bytes = bytes[..Math.Max(1, at)]; break;
            }
        }

        return bytes;
    }
}
