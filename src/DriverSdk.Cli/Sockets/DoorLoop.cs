using System.Net.Sockets;
using DriverSdk.Cli.Protocol;

namespace DriverSdk.Cli.Sockets;

/// <summary>Carries bytes between a connection and a door until the client closes.</summary>
internal static class DoorLoop
{
    private const int ReceiveBytes = 256 << 10;

    /// <summary>Serves one client; returns when it has closed or is gone.</summary>
    public static void Serve(Socket socket, Door door)
    {
        var received = new byte[ReceiveBytes];
        try
        {
            while (socket.Receive(received) is > 0 and var length)
            {
                door.Accept(received.AsSpan(0, length));
                // One send for all requests that came together.
                SendAll(socket, door.Answers);
            }
        }
        catch (SocketException)
        {
            // A client that is killed takes its end of the connection away: to the door that is the same as closing.
        }
    }

    private static void SendAll(Socket socket, AnswerBuffer answers)
    {
        for (var left = answers.Written.Span; !left.IsEmpty;)
            left = left[socket.Send(left)..];
        answers.Clear();
    }
}
