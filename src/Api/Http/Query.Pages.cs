namespace Platform.Api.Http;

/// <summary>
/// Pages of a list. Each method validates the whole query, reads the cursor and calls <c>read</c> with the place after which the page
/// begins (null for the first page) and the number of rows to read: one more than the limit, to see whether another page follows.
/// <c>list</c> and <c>scope</c> name the list, so that the cursor of another one is refused; they never change.
/// </summary>
public sealed partial class Query
{
    public async Task<Page<T>> PageAsync<T>(
        string list, Guid scope, Func<(DateTimeOffset At, Guid Id)?, int, Task<IReadOnlyList<T>>> read,
        Func<T, (DateTimeOffset At, Guid Id)> place)
    {
        var limit = ValidLimit();
        var found = await read(Paging.InstantAndId(_http, list, scope), limit + 1);
        return Paging.Of(found, limit, last => Paging.Cursor(_http, list, scope, place(last).At, place(last).Id));
    }

    public Task<Page<T>> PageAsync<T>(string list, Guid scope, Func<Guid?, int, Task<IReadOnlyList<T>>> read, Func<T, Guid> place) =>
        PageAsync(list, scope, (after, rows) => read(after?.Id, rows), last => (default(DateTimeOffset), place(last)));

    public async Task<Page<T>> PageAsync<T>(string list, Guid scope, Func<long?, int, Task<IReadOnlyList<T>>> read, Func<T, long> place)
    {
        var limit = ValidLimit();
        var found = await read(Paging.Number(_http, list, scope), limit + 1);
        return Paging.Of(found, limit, last => Paging.Cursor(_http, list, scope, place(last)));
    }

    private int ValidLimit()
    {
        var limit = Limit();
        Check.ThrowIfFailed();
        return limit;
    }
}
