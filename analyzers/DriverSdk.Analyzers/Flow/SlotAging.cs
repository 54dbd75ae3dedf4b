namespace DriverSdk.Analyzers.Flow;

/// <summary>Starts a new value at a site; in a loop the one from the round before grows old.</summary>
internal static class SlotAging
{
    public static PathState Begin(Body body, PathState state, Site site, SiteState acquired, int memory)
    {
        if (IsLive(body, state, site.Recent) && !IsLive(body, state, site.Older))
            state = Rename(body, state, Values.OfSlot(site.Recent), Values.OfSlot(site.Older))
                .With(body.Layout.StateCell(site.Older), state[body.Layout.StateCell(site.Recent)])
                .With(body.Layout.MemoryCell(site.Older), state[body.Layout.MemoryCell(site.Recent)]);
        else if (IsLive(body, state, site.Recent))
            state = Crowd(body, state, site);
        else
            state = Rename(body, state, Values.OfSlot(site.Recent), Values.Unknown);

        return body.Set(state, site.Recent, acquired).With(body.Layout.MemoryCell(site.Recent), memory);
    }

    /// <summary>A third live value: with no variable on the older one it is lost already, else the older ones leave the analysis' sight.</summary>
    private static PathState Crowd(Body body, PathState state, Site site)
    {
        var older = Values.OfSlot(site.Older);
        if (body.Layout.Cells.Any(cell => state[cell.Value] == older))
            state = Rename(body, body.Set(state, site.Older, SiteState.Escaped), older, Values.Unknown);
        return Rename(body, state, Values.OfSlot(site.Recent), Values.Unknown);
    }

    private static bool IsLive(Body body, PathState state, int slot) => body.StateOf(state, slot) is SiteState.Unchecked or SiteState.Mapped;

    private static PathState Rename(Body body, PathState state, int from, int to)
    {
        foreach (var cell in body.Layout.Cells)
        {
            if (state[cell.Value] == from)
                state = state.With(cell.Value, to);
        }

        return state;
    }
}
