# The server's number, on the message with the button and after /count-show.
counted =
    { $total ->
        [0] Nobody has counted yet.
       *[other] This server has counted to **{ $total }**.
    }
starts-again = The count starts again at 0.
