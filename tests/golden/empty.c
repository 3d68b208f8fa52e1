/* Nothing that Python could have a class of but a struct without members. */
struct empty {
};

struct empty *empty;
