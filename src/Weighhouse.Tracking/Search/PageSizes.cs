using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Search;

/// <summary>How many results a page may be asked for, in MLflow's words.</summary>
internal static class PageSizes
{
    public static Error? Refuse(int size, int max)
    {
        if (size < 1)
            return Error.Invalid(
                $"Invalid value {size} for parameter 'max_results' supplied. It must be a positive integer", "max_results");
        return size <= max
            ? null
            : Error.Invalid($"Invalid value {size} for parameter 'max_results' supplied. It must be at most {max}", "max_results");
    }
}
