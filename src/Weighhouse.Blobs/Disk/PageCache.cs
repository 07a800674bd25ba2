using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Weighhouse.Blobs.Disk;

/// <summary>
/// What of a file lies in memory already. A large file is read past the page cache, unless it is there: filling the cache with what is
/// read once costs as much as reading (3 s for 1 GiB on a virtual machine that hands free memory back) and drives out what others need.
/// </summary>
internal static unsafe partial class PageCache
{
    private const int ReadProtection = 1, Shared = 1;
    private const int PagesMax = (PageBuffer.PartMaxBytes / PageBuffer.PageBytes) + 2;

    /// <summary>Whether every page of the part is in the cache. The part begins on a page and is no longer than a
    /// <see cref="PageBuffer"/>.</summary>
    [SupportedOSPlatform("linux")]
    public static bool Holds(SafeFileHandle file, long offsetBytes, int lengthBytes)
    {
        var pages = (lengthBytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
        if (pages > PagesMax || offsetBytes % Environment.SystemPageSize != 0) return false;
        var place = Map(0, (nuint)lengthBytes, ReadProtection, Shared, file, offsetBytes);
        if (place == -1) return false;
        var present = stackalloc byte[PagesMax];
        var isTold = IsInCore(place, (nuint)lengthBytes, present) == 0;
        _ = Unmap(place, (nuint)lengthBytes);
        if (!isTold) return false;
        for (var i = 0; i < pages; i++)
        {
            if ((present[i] & 1) == 0) return false;
        }

        return true;
    }

    /// <summary>Gives back the memory of a mapped file, which begins on a page. What is read of it later is mapped anew.</summary>
    [SupportedOSPlatform("linux")]
    public static void LetGo(nint start, long lengthBytes)
    {
        const int dontNeed = 4;
        // It only costs memory where the system will not.
        _ = Advise(start, (nuint)lengthBytes, dontNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    private static partial int IsInCore(nint address, nuint length, byte* present);
}
