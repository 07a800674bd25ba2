using Weighhouse.Kernel;

namespace Weighhouse.Wire.Content;

/// <summary>Who pushes to a repository that is not there is told how to make it: their own tool cannot.</summary>
internal static class RepositoryCure
{
    /// <param name="error">Of an operation that finds nothing only when it finds no repository.</param>
    public static Error AddTo(Error error, string repository) => error.Code is not ErrorCode.NotFound
        ? error
        : error with
        {
            Message = $"{error.Message} Whoever may contribute to a project makes it with POST /api/v1/repositories and "
                + $"the body {{\"name\": \"{PlainText.Cut(repository, 128)}\"}}.",
        };
}
