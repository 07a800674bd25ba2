using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Kernel;

namespace Weighhouse.Onnx.ExternalData;

/// <summary>A file as memory, read from the disk where it is looked at. What holds <see cref="View"/> keeps it.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private MappedFile(SafeMemoryMappedViewHandle? view, long lengthBytes)
    {
        View = view;
        LengthBytes = lengthBytes;
    }

    /// <summary>Null for an empty file, which has nothing to map.</summary>
    public SafeMemoryMappedViewHandle? View { get; }

    public long LengthBytes { get; }

    public byte* Pointer => View is null ? null : (byte*)View.DangerousGetHandle();

    /// <summary>All of it; it may have 2 GiB at most.</summary>
    public ReadOnlyMemory<byte> Memory => View is null ? default : new Window(this).Memory;

    public static Result<MappedFile> Open(string path)
    {
        try
        {
            return Map(File.OpenHandle(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Error.NotFound($"There is no file {path}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Error.Precondition($"The file {path} cannot be read: {exception.Message}");
        }
    }

    /// <summary>Takes the file over.</summary>
    public static MappedFile Map(SafeFileHandle file)
    {
        using (file)
        {
            var length = RandomAccess.GetLength(file);
            if (length == 0) return new MappedFile(null, 0);
            using var mapping = MemoryMappedFile.CreateFromFile(
                file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            // The view outlives its accessor: its handle is what is kept.
            var view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
            return new MappedFile(view, length);
        }
    }

    public void Dispose() => View?.Dispose();

    private sealed class Window(MappedFile file) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(file.Pointer, checked((int)file.LengthBytes));

        public override MemoryHandle Pin(int elementIndex = 0) => new(file.Pointer + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
